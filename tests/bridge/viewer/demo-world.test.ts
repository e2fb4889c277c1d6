import { describe, expect, it } from 'vitest'
import type { KnobValues } from '../../../bridge/viewer/demo-knobs.ts'
import { knobRandomization } from '../../../bridge/viewer/demo-knobs.ts'
import { createDemoWorld, type DemoWorld } from '../../../bridge/viewer/demo-world.ts'
import { loadPolicyFile } from '../../../policy/file/policy-file.node.ts'
import { readPolicyFile } from '../../../policy/file/policy-file.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { smallPolicy } from '../../e2e/small-policy.ts'

async function demo(
  arm = 'so101',
  values: KnobValues = {},
  file = loadPolicyFile('push-so101'),
): Promise<DemoWorld> {
  return createDemoWorld({ file, arm: loadArmDescription(arm), task: loadTask('push') }, values)
}

/** Where the puck is after some steps. */
function puckAfter(world: DemoWorld, steps: number): readonly number[] {
  for (let step = 0; step < steps; step++) world.step()
  return world.state().objects[0]!.position
}

describe('the world of the demo', () => {
  it('brings the puck into the goal, then asks for another one where the puck is', async () => {
    const world = await demo()
    const first = world.state().goal
    let ended: ReturnType<DemoWorld['step']>
    let steps = 0
    for (; ended === undefined; steps++) ended = world.step()
    // 8 s at 25 Hz.
    expect(steps).toBe(200)
    expect(ended).toMatchObject({ episode: 0, isSuccess: true })
    const { goal, objects, timeS } = world.state()
    const [x, y] = objects[0]!.position
    expect(Math.hypot(x - first.x, y - first.y)).toBeCloseTo(ended.finalDistanceM, 6)
    expect(Math.hypot(x - goal.x, y - goal.y)).toBeGreaterThan(0.1)
    expect(timeS).toBeCloseTo(8, 9)
    world.dispose()
  })

  it('plays the same episode again in other physics: an icy puck slides on', async () => {
    const world = await demo()
    const start = world.state()
    const usual = puckAfter(world, 60)
    await world.turn({ objectFrictionTable: 0.05 })
    expect(world.state().objects).toEqual(start.objects)
    expect(world.state().goal).toEqual(start.goal)
    expect(puckAfter(world, 60)).not.toEqual(usual)
    await world.turn({})
    expect(puckAfter(world, 60)).toEqual(usual)
    world.dispose()
  })

  it('changes what is asked for and nothing else', async () => {
    const world = await demo()
    const rules = knobRandomization(world.knobs, { gravity: 0.5 }, 'so101').arms!['so101']!
    expect(rules['gravity']).toEqual({ set: { uniform: [0.5, 0.5] } })
    // As configs/tasks/push.yaml has it.
    expect(rules['objectMassKg']).toEqual({ set: { uniform: [0.08, 0.08] } })
    expect(rules['commandDelayS']).toEqual({ set: { uniform: [0.025, 0.025] } })
    world.dispose()
  })

  it('puts the puck where a hand lets it go, within the area of the task', async () => {
    const world = await demo()
    world.carryObject(0.25, 0.1)
    expect(world.state().objects[0]!.position).toEqual([0.25, 0.1, 0.018])
    world.carryObject(5, -5)
    expect(world.state().objects[0]!.position).toEqual([0.32, -0.16, 0.018])
    world.dispose()
  })

  it('tells the policy of a goal that was moved', async () => {
    const [left, right] = [await demo(), await demo()]
    right.moveGoal(0.2, -0.1)
    expect(right.state().goal).toEqual({ x: 0.2, y: -0.1 })
    for (const world of [left, right]) puckAfter(world, 3)
    expect(right.state().action).not.toEqual(left.state().action)
    for (const world of [left, right]) world.dispose()
  })

  it.each([
    [{}, 12],
    [{ memory: 'gru' }, 12],
    [{ memory: 'none' }, 0],
    [{ memory: 'history', frames: 3 }, 0],
  ] as const)('shows of %j the output of its recurrent layer', async (memory, numUnits) => {
    const file = readPolicyFile(smallPolicy('so101', { memory }))
    const world = await demo('so101', {}, file)
    expect([...world.memory]).toEqual(Array.from({ length: numUnits }, () => 0))
    world.step()
    for (const value of world.memory) {
      expect(value).not.toBe(0)
      expect(Math.abs(value)).toBeLessThan(1)
    }
    world.dispose()
  })

  it('refuses a policy of another arm and physics beyond its sliders', async () => {
    await expect(demo('panda')).rejects.toMatchObject({ code: 'POLICY_MISMATCH' })
    await expect(demo('so101', { gravity: 40 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(demo('so101', { gravity: Number.NaN })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
  })
})
