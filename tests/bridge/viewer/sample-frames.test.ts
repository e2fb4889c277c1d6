import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createSimulation } from '../../../bridge/deploy/evaluate-simulation.ts'
import { loadTaskActor } from '../../../bridge/deploy/task-actor.ts'
import type { DrawnParameter } from '../../../bridge/viewer/frames.ts'
import { createSampleFrames, type SampleFrames } from '../../../bridge/viewer/sample-frames.ts'
import { packageRoot } from '../../../configs/load/load.node.ts'
import { createShapedArm, nominalGeometry, shapeArm } from '../../../robot/model/arm-geometry.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import type { TaskEnv } from '../../../sim/world/task-env.ts'

interface Wanted {
  readonly task?: string
  readonly arm?: string
  readonly randomization?: string
  readonly count?: number
}

const envs: TaskEnv[] = []

afterEach(() => {
  for (const env of envs.splice(0)) env.dispose()
})

async function sample(wanted: Wanted = {}) {
  const { task, arm, randomization = 'wide', count = 3 } = wanted
  const actor = await loadTaskActor({ name: 'still', task, arm })
  const rules = loadRandomization(randomization)
  const env = await createSimulation(actor, {
    world: 'rapier',
    randomization: rules,
    numEnvs: count,
  })
  envs.push(env)
  env.reset({ seed: 5, episode: 0, width: 1 })
  return { actor, env, frames: createSampleFrames(actor, env, randomization) }
}

/** Index of a parameter, and its description. */
function find({ scene }: SampleFrames, name: string, of = ''): [number, DrawnParameter] {
  const index = scene.parameters.findIndex((each) => each.name === name && each.of === of)
  return [index, scene.parameters[index]!]
}

describe('the frames of a sample', () => {
  it('name every number that the YAML has a rule for, and no other', async () => {
    const { frames } = await sample()
    const file = join(packageRoot(), 'configs', 'randomization', 'wide.yaml')
    const { arms } = parse(readFileSync(file, 'utf8')) as {
      arms: { so101: Record<string, unknown> }
    }
    const named = new Set(frames.scene.parameters.map(({ name }) => name))
    expect([...named].sort()).toEqual(Object.keys(arms.so101).sort())
    const joints = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll']
    const of = (name: string) =>
      frames.scene.parameters.filter((each) => each.name === name).map((each) => each.of)
    expect(of('zeroOffsetRad')).toEqual(joints)
    expect(of('objectMassKg')).toEqual(['puck'])
    expect(of('gravity')).toEqual([''])
  })

  it('give the bounds of the rules: set, and relative to the nominal value', async () => {
    const { frames } = await sample()
    const bounds = (name: string, of?: string) => {
      const { low, high, isLog, unit } = find(frames, name, of)[1]
      return { low, high, isLog, unit }
    }
    // set: logUniform [0.02, 0.2]; scale: uniform [0.6, 1.1] of the factor 1;
    // offset: uniform [-0.01, 0.01] from the task's table at 0.
    expect(bounds('objectMassKg', 'puck')).toEqual({
      low: 0.02,
      high: 0.2,
      isLog: true,
      unit: 'kg',
    })
    expect(bounds('stallTorque')).toEqual({ low: 0.6, high: 1.1, isLog: false, unit: '' })
    expect(bounds('tableHeightM')).toEqual({ low: -0.01, high: 0.01, isLog: false, unit: 'm' })
  })

  it('say where each value lies between them, in the logarithm under a log rule', async () => {
    const { frames } = await sample({ count: 8 })
    const [mass] = find(frames, 'objectMassKg', 'puck')
    const [torque] = find(frames, 'stallTorque')
    for (const { values, shares } of frames.draws(0).worlds) {
      // One decade from 0.02 to 0.2; half a unit from 0.6 to 1.1.
      expect(shares[mass]).toBeCloseTo(Math.log10(values[mass]! / 0.02), 5)
      expect(shares[torque]).toBeCloseTo(2 * (values[torque]! - 0.6), 5)
      for (const share of shares) {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
      }
    }
  })

  it('show a shifted value beyond its range', async () => {
    const { frames } = await sample({ randomization: 'shifted', count: 8 })
    const shares = frames.draws(0).worlds.flatMap((world) => world.shares)
    const numOut = shares.filter((share) => share < 0 || share > 1).length
    expect(numOut).toBeGreaterThan(0.2 * shares.length)
    // 1.3 half ranges from the middle are 0.15 of the range beyond an end.
    expect(Math.max(...shares)).toBeLessThanOrEqual(1.15 + 1e-6)
  })

  it('show the world that is simulated: sizes, table, gravity', async () => {
    const { frames, env } = await sample()
    const { worlds } = frames.draws(0)
    for (const [k, world] of worlds.entries()) {
      const value = (name: string, of?: string) => world.values[find(frames, name, of)[0]]!
      const width = value('objectWidth', 'puck')
      // The puck of the task: radius 30 mm, half height 18 mm.
      expect(world.objects).toHaveLength(1)
      expect(world.objects[0]!.kind).toBe('cylinder')
      expect(world.objects[0]!.halfSizeM[0]).toBeCloseTo(0.03 * width, 12)
      expect(world.objects[0]!.halfSizeM[2]).toBeCloseTo(0.018 * value('objectHeight', 'puck'), 12)
      expect(world.table.heightM).toBe(value('tableHeightM'))
      expect(world.table.tiltXRad).toBe(value('tableTiltXRad'))
      expect(Math.hypot(...world.gravity)).toBeCloseTo(9.81 * value('gravity'), 9)
      expect(world.gravity[2]).toBeLessThan(-7)
      expect(env.arms[k]!.physics.objects[0]!.massKg).toBe(value('objectMassKg', 'puck'))
    }
    expect(new Set(worlds.map(({ gravity }) => gravity[0])).size).toBe(worlds.length)
  })

  it('tell of joints and link lengths by which a page finds the tool where the simulator has it', async () => {
    const { frames, env, actor } = await sample({ randomization: 'dactyl' })
    env.step(new Float32Array(env.numEnvs * env.actionSize))
    const draws = frames.draws(0)
    const states = frames.states(0)
    expect(states.timeS).toBeCloseTo(0.04, 12)
    expect(frames.scene.joints).toEqual(actor.model.jointNames)
    for (const [k, { q }] of states.worlds.entries()) {
      const { linkLengthScale } = draws.worlds[k]!
      expect(new Set(linkLengthScale).size).toBe(q.length)
      const model = createShapedArm(actor.model)
      const geometry = nominalGeometry(q.length)
      geometry.linkLengthScale.set(linkLengthScale)
      shapeArm(actor.model, geometry, model)
      const kinematics = new ArmKinematics(model)
      kinematics.forward(Float64Array.from(q))
      const { tip } = env.stateOf(k)
      for (let i = 0; i < 3; i++) expect(kinematics.tip[i]).toBeCloseTo(tip[i]!, 5)
    }
  })

  it('copy: a state that was told does not change with the world', async () => {
    const { frames, env } = await sample()
    const states = frames.states(0)
    const before = structuredClone(states)
    env.step(new Float32Array(env.numEnvs * env.actionSize).fill(1))
    expect(states).toEqual(before)
    expect(frames.states(0)).not.toEqual(before)
  })

  it.each([
    ['push', ['cylinder'], ['x', 'y']],
    ['push-tee', ['tee'], ['x', 'y', 'yawRad']],
    ['reach', [], ['x', 'y', 'z']],
    ['stack', ['box', 'box'], ['x', 'y', 'z']],
    ['push-clutter', ['cylinder', 'box', 'box'], ['x', 'y']],
  ])('tell of all objects, and of goals as the task has them: %s', async (task, kinds, keys) => {
    const { frames, env } = await sample({ task, count: 2 })
    const [draw] = frames.draws(0).worlds
    const [state] = frames.states(0).worlds
    expect(draw!.objects.map(({ kind }) => kind)).toEqual(kinds)
    expect(state!.objects).toHaveLength(kinds.length)
    expect(Object.keys(state!.goal)).toEqual(keys)
    expect(Object.values(state!.goal)).toEqual([...env.tasks[0]!.goal])
    expect(state!.isReached).toBe(false)
  })

  it('tell that a goal is reached as soon as success would be', async () => {
    const { frames, env } = await sample({ count: 2 })
    env.isSuccess.set([0, 1])
    expect(frames.states(0).worlds.map(({ isReached }) => isReached)).toEqual([false, true])
  })

  it('describe nothing that is drawn where nothing is', async () => {
    const { frames } = await sample({ randomization: 'none', arm: 'panda' })
    expect(frames.scene.parameters).toEqual([])
    const { worlds } = frames.draws(0)
    expect(worlds[0]!.values).toEqual([])
    expect(worlds[0]!.gravity[2]).toBeCloseTo(-9.81, 12)
  })
})
