import { describe, expect, it } from 'vitest'
import { listConfigs, loadConfig } from '../../../configs/load/load.node.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import { goalSize } from '../../../robot/io/spec.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createArmState, createObjectState, type Start } from '../../../sim/engines/engine.ts'
import { nominalValues } from '../../../sim/randomization/draw.ts'
import { createPhysics, drawPhysics } from '../../../sim/randomization/draw-physics.ts'
import { TASKS } from '../../../sim/tasks/index.ts'
import { taskDefinition, taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { type TaskConfig, taskSchema } from '../../../sim/tasks/task.schema.ts'

const configs = listConfigs('tasks').map((name) => loadConfig('tasks', name, taskSchema))

/** A task on an arm, prepared once: what the arm reaches takes long to find out. */
function prepare(config: TaskConfig, arm: string) {
  const onArm = taskOnArm(config, arm)
  const model = compileControlled(loadArmDescription(arm), onArm.control)
  const definition = taskDefinition(config)
  const thresholdM = config.success.mainThresholdM
  const createTask = definition.prepare({ model, onArm, thresholdM })
  return { onArm, model, definition, thresholdM, createTask }
}

const prepared = new Map<string, ReturnType<typeof prepare>>()

/** A task on an arm, its nominal physics, and everything as an episode of `seed` begins. */
function begin(config: TaskConfig, arm: string, seed: number) {
  const key = `${config.name} ${arm}`
  const setting = prepared.get(key) ?? prepare(config, arm)
  prepared.set(key, setting)
  const { onArm, model, definition, thresholdM, createTask } = setting
  const task = createTask()
  const physics = createPhysics(model, onArm)
  const draw = { values: nominalValues(model, onArm), coordinates: new Float32Array(0), pinned: -1 }
  drawPhysics(draw, model, onArm, physics)
  const start: Start = {
    q: new Float64Array(model.numJoints),
    objects: onArm.objects.map(createObjectState),
  }
  task.begin(new RandomStream(seed), physics, draw.values.zeroOffsetRad, start)
  const state = createArmState(model.numJoints, onArm.objects.length)
  state.q.set(start.q)
  start.objects.forEach(({ position, quaternion }, k) => {
    state.objects[k]!.position.set(position)
    state.objects[k]!.quaternion.set(quaternion)
  })
  return { definition, onArm, model, task, physics, state, thresholdM }
}

const onArms = configs.flatMap((config) =>
  config.arms.map(({ arm }) => [config.name, arm, config] as const),
)

it('every kind of task has a config of its name', () => {
  const kinds = new Set(configs.map(({ kind }) => kind))
  expect([...kinds].sort()).toEqual(Object.keys(TASKS).sort())
})

describe.each(onArms)('%s on %s', (_name, arm, config) => {
  const at = begin(config, arm, 1)

  it('has goals of the size that the policy is told, and terms of the names it gives', () => {
    const { definition, onArm, task } = at
    expect(task.goal).toHaveLength(definition.goalSize)
    expect(goalSize(onArm.control)).toBe(definition.goalSize)
    expect(task.terms).toHaveLength(Object.keys(definition.terms).length)
  })

  it('begins the same way from the same stream, another way from another', () => {
    const again = begin(config, arm, 1)
    expect(again.state).toEqual(at.state)
    expect(again.task.goal).toEqual(at.task.goal)
    expect(begin(config, arm, 2).task.goal).not.toEqual(at.task.goal)
  })

  it('has not succeeded when it begins, and succeeds with the point at the goal', () => {
    const { task, state, physics, thresholdM, model } = begin(config, arm, 3)
    task.look(state, physics)
    const isDone = () => task.outcome.isMet && task.outcome.distanceM < thresholdM
    expect(isDone()).toBe(false)
    // What is judged goes to the goal: an object, turned as asked for, let go, or the tip.
    const [x, y] = task.goal as unknown as [number, number]
    if (state.objects[0] === undefined) state.tip.set(task.goal)
    else state.objects[0].position.set([x, y])
    if (config.kind === 'push-pose') {
      const half = task.goal[2]! / 2
      state.objects[0]!.quaternion.set([0, 0, Math.sin(half), Math.cos(half)])
    } else if (task.goal.length === 3) {
      state.objects[0]?.position.set(task.goal)
    }
    if (model.gripper) state.q[model.gripper.joint] = model.gripper.open
    task.look(state, physics)
    expect(isDone()).toBe(true)
  })

  it('pays for success on the last step only', () => {
    const { task, state, physics, definition, model } = begin(config, arm, 4)
    const names = Object.keys(definition.terms)
    const action = new Float64Array(5)
    task.look(state, physics)
    task.reward(state, physics, action, true)
    expect(task.terms[names.indexOf('success')]).toBe(0)
    if (state.objects[0] === undefined) state.tip.set(task.goal)
    else state.objects[0].position.set(task.goal.subarray(0, task.goal.length === 2 ? 2 : 3))
    if (config.kind === 'push-pose') {
      const half = task.goal[2]! / 2
      state.objects[0]!.quaternion.set([0, 0, Math.sin(half), Math.cos(half)])
    }
    if (model.gripper) state.q[model.gripper.joint] = model.gripper.open
    task.reward(state, physics, action, false)
    expect(task.terms[names.indexOf('inside')]).toBe(1)
    expect(task.terms[names.indexOf('success')]).toBe(0)
    task.reward(state, physics, action, true)
    expect(task.terms[names.indexOf('success')]).toBe(1)
    expect(task.terms.every(Number.isFinite)).toBe(true)
  })

  it('writes as many finite features as it says', () => {
    const { task, state, physics } = begin(config, arm, 5)
    task.look(state, physics)
    const out = new Float32Array(task.numFeatures + 2).fill(Number.NaN)
    task.writeFeatures(state, out, 1)
    expect(out[0]).toBeNaN()
    expect(out.at(-1)).toBeNaN()
    expect(out.subarray(1, -1).every(Number.isFinite)).toBe(true)
  })
})

const configOf = (name: string) => configs.find((config) => config.name === name)!

describe('a block pushed to a pose', () => {
  it('must be turned as asked for, up to what its shape hides', () => {
    const { task, state, physics } = begin(configOf('push-pose'), 'so101', 6)
    const turned = (yaw: number) => {
      state.objects[0]!.position.set(task.goal.subarray(0, 2))
      state.objects[0]!.quaternion.set([0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)])
      task.look(state, physics)
      return task.outcome.isMet
    }
    const goal = task.goal[2]!
    expect(turned(goal + 0.17)).toBe(true)
    expect(turned(goal + 0.18)).toBe(false)
    expect(turned(goal + Math.PI / 2 - 0.17)).toBe(true)
    const tee = begin(configOf('push-tee'), 'so101', 6)
    const yaw = tee.task.goal[2]! + Math.PI / 2
    tee.state.objects[0]!.quaternion.set([0, 0, Math.sin(yaw / 2), Math.cos(yaw / 2)])
    tee.task.look(tee.state, tee.physics)
    expect(tee.task.outcome.isMet).toBe(false)
  })
})

describe('a cube put on another', () => {
  it('belongs where the other one is now, and must be let go', () => {
    const { task, state, physics, model, thresholdM } = begin(configOf('stack'), 'so101', 7)
    const { joint, open, closed } = model.gripper!
    const [cube, base] = [state.objects[0]!.position, state.objects[1]!.position]
    base[0] = base[0]! + 0.03
    cube.set([base[0]!, base[1]!, base[2]! + 0.025])
    state.q[joint] = closed
    task.look(state, physics)
    expect(task.outcome.distanceM).toBeLessThan(1e-9)
    expect(task.outcome.isMet).toBe(false)
    state.q[joint] = open
    task.look(state, physics)
    expect(task.outcome.isMet).toBe(true)
    // The policy is told where the top was when the episode began.
    expect(Math.hypot(task.goal[0]! - base[0]!, task.goal[1]! - base[1]!)).toBeCloseTo(0.03, 9)
    // Beside the other on the table is not on it.
    cube.set([base[0]! + 0.026, base[1]!, base[2]!])
    task.look(state, physics)
    expect(task.outcome.distanceM).toBeGreaterThan(thresholdM)
  })
})

it('the next goal of a lift is above the table as far as the first, wherever the cube hangs by then', () => {
  const { task, physics, state } = begin(configOf('lift'), 'panda', 3)
  const first = task.goal[2]!
  const { position } = state.objects[0]!
  position[2] = first
  task.newGoal(new RandomStream(4), state, physics)
  expect(task.goal[2]).toBe(first)
  position[0] = position[0]! + 0.05
  task.newGoal(new RandomStream(5), state, physics)
  expect(task.goal[0]).toBe(position[0])
})

describe('places for a cube', () => {
  it('are on the table for half of the goals, above it for the others', () => {
    const { task, physics, model, state } = begin(configOf('pick-place'), 'panda', 1)
    const start = { q: state.q, objects: state.objects }
    const offsets = new Float64Array(model.numJoints)
    let numInAir = 0
    for (let seed = 0; seed < 200; seed++) {
      task.begin(new RandomStream(seed), physics, offsets, start)
      const above = task.goal[2]! - physics.objects[0]!.shape.halfSizeM[2]!
      expect(above).toBeGreaterThanOrEqual(-1e-9)
      expect(above).toBeLessThanOrEqual(0.2)
      if (above > 1e-9) numInAir++
    }
    // 100 ± 4 standard deviations of a fair coin.
    expect(Math.abs(numInAir - 100)).toBeLessThan(29)
  })
})

it('clutter stands clear of what is pushed, of where it goes, and of itself', () => {
  const config = configs.find(({ name }) => name === 'push-clutter')!
  for (const { arm } of config.arms) {
    for (let seed = 0; seed < 20; seed++) {
      const { task, state, physics } = begin(config, arm, seed)
      const places = [
        ...state.objects.map(({ position }) => position),
        Float64Array.of(task.goal[0]!, task.goal[1]!, 0),
      ]
      const radius = (k: number) =>
        k === 1 || k === 2
          ? Math.SQRT2 * physics.objects[k]!.shape.halfSizeM[0]!
          : physics.objects[0]!.shape.halfSizeM[0]!
      for (let a = 0; a < places.length; a++) {
        for (let b = Math.max(a + 1, 1); b < places.length; b++) {
          // The puck itself begins away from its goal by the task's own distance.
          const apart = Math.hypot(places[a]![0]! - places[b]![0]!, places[a]![1]! - places[b]![1]!)
          expect(apart).toBeGreaterThan(radius(a) + radius(b))
        }
      }
    }
  }
})
