import { describe, expect, it } from 'vitest'
import { createStaging } from '../../../bridge/deploy/staging.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createArmState } from '../../../sim/engines/engine.ts'
import { nominalPhysics } from '../../../sim/randomization/draw-physics.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'

const arm = loadArmDescription('so101')
/** Half a side of the tasks' cubes [m]. */
const HALF_M = 0.0125
const GRIPPER = 5

function stage(name: string) {
  const staging = createStaging(loadTask(name), arm)
  const model = compileControlled(arm, staging.onArm.control)
  const physics = nominalPhysics(model, staging.onArm)
  const state = createArmState(model.numJoints, staging.onArm.objects.length)
  const draw = (seed: number) => staging.draw(new RandomStream(seed), { physics, state })
  const judge = (goal: Float64Array) => ({ ...staging.judge(state, physics, goal) })
  return { staging, physics, state, draw, judge }
}

describe('the staging of', () => {
  it.each(['lift', 'pick-place', 'stack'])('%s keeps its cubes off a hand on the table', (name) => {
    const { draw, staging, state } = stage(name)
    state.tip.set([0.2, 0.03, 0.01])
    for (let seed = 0; seed < 60; seed++) {
      const { objects } = draw(seed)
      expect(objects).toHaveLength(staging.onArm.objects.length)
      for (const { position } of objects) {
        expect(Math.hypot(position[0]! - 0.2, position[1]! - 0.03)).toBeGreaterThanOrEqual(0.08)
        expect(position[2]).toBeCloseTo(HALF_M, 9)
      }
    }
  })

  it('lift puts a cube under a hand that hangs above it, as often as anywhere', () => {
    const { draw, state } = stage('lift')
    state.tip.set([0.2, 0, 0.06])
    const isNear = (seed: number) => {
      const { position } = draw(seed).objects[0]!
      return Math.hypot(position[0]! - 0.2, position[1]!) < 0.08
    }
    expect(Array.from({ length: 60 }, (_, seed) => isNear(seed))).toContain(true)
  })

  it('lift asks for 5 cm above the cube, and counts the height that is missing', () => {
    const { draw, judge, state } = stage('lift')
    const { goal, objects } = draw(3)
    const [x, y, z] = objects[0]!.position as unknown as [number, number, number]
    expect(Array.from(goal)).toEqual([x, y, z + 0.05])
    state.objects[0]!.position.set([x, y, z])
    expect(judge(goal)).toMatchObject({ isMet: true, distanceM: expect.closeTo(0.05, 9) })
    state.objects[0]!.position.set([x, y + 0.003, z + 0.05])
    expect(judge(goal).distanceM).toBeCloseTo(0.003, 9)
  })

  it('stack has succeeded once the cube is let go, on the other one wherever that is', () => {
    const { draw, judge, state } = stage('stack')
    const { goal } = draw(1)
    // Pushed 1 cm aside meanwhile.
    const base = [goal[0]! + 0.01, goal[1]!, HALF_M] as const
    state.objects[1]!.position.set(base)
    state.objects[0]!.position.set([base[0], base[1], 3 * HALF_M])
    // Open at 0.9, closed at -0.17 rad.
    state.q[GRIPPER] = 0.3
    expect(judge(goal)).toMatchObject({ isMet: false, distanceM: expect.closeTo(0, 9) })
    state.q[GRIPPER] = 0.6
    expect(judge(goal).isMet).toBe(true)
  })

  it('a fixed goal leaves the cube where it is drawn', () => {
    const { physics, staging, state } = stage('pick-place')
    const world = { physics, state }
    const { goal } = staging.draw(new RandomStream(1), world, [0.2, 0.1, 0.04])
    expect(Array.from(goal)).toEqual([0.2, 0.1, 0.04])
  })

  it('tasks of other kinds, and hands that are not driven, is refused', () => {
    const refusal = expect.objectContaining({ code: 'BRIDGE_USAGE' }) as Error
    expect(() => createStaging(loadTask('push-pose'), arm)).toThrow(refusal)
    expect(() => createStaging(loadTask('lift'), loadArmDescription('panda'))).toThrow(refusal)
  })
})
