import { describe, expect, it } from 'vitest'
import { listConfigs } from '../../../configs/load/load.node.ts'
import { compileControlled } from '../../../robot/io/compile-controlled.ts'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { createSampler, nominalValues } from '../../../sim/randomization/draw.ts'
import { PARAMETER_NAMES } from '../../../sim/randomization/parameters.ts'
import { randomizationSchema } from '../../../sim/randomization/randomization.schema.ts'
import { tableHeightAt } from '../../../sim/scene/table.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { randomization, task } from '../push-setup.ts'

const DEGREE = Math.PI / 180

/** Range of a rule of `wide` for the SO-101, in the rule's own terms. */
function wide(name: string): readonly [number, number] {
  const rule = Object.values(randomization('wide').arms['so101']![name]!)[0]!
  if ('normal' in rule) throw new TypeError(`${name} is normal`)
  return 'uniform' in rule ? rule.uniform : rule.logUniform
}

const onArms = listConfigs('tasks').flatMap((name) =>
  loadTask(name).arms.map(({ arm }) => [name, arm] as const),
)
it.each(onArms)('of %s on %s, the tool gets down to the lowest table of wide', (name, arm) => {
  const onArm = taskOnArm(loadTask(name), arm)
  const { graspHeightM, pushHeightM } = onArm.parameters
  const workHeightM = graspHeightM ?? pushHeightM
  if (workHeightM === undefined) return // reaching has nothing to do with a table
  const model = compileControlled(loadArmDescription(arm), onArm.control)
  const sampler = createSampler(randomization('wide'), model, onArm, name)
  const draw = sampler.createDraw()
  let lowestM = 0
  for (let episode = 0; episode < 500; episode++) {
    sampler.sample(new RandomStream(5, episode), 1, draw)
    const { tableHeightM, tableTiltXRad, tableTiltYRad } = draw.values
    const place = {
      heightM: tableHeightM[0]!,
      tiltXRad: tableTiltXRad[0]!,
      tiltYRad: tableTiltYRad[0]!,
    }
    for (const x of onArm.area.xM) {
      for (const y of onArm.area.yM) lowestM = Math.min(lowestM, tableHeightAt(place, x, y))
    }
  }
  // Work begins at that height above the table; 3 mm more or less are left to the fingers. What is struck need only be met
  // by its side: up to 5 mm below its upper edge.
  const sparedM = name === 'slide' ? onArm.objects[0]!.halfSizeM[2]! - 0.005 : 0.003
  expect(onArm.control.action.height.minM).toBeLessThanOrEqual(lowestM + workHeightM + sparedM)
})

describe('the preset wide covers for an SO-101', () => {
  // What the field reports of workshop arms, see the head of configs/randomization/wide.yaml.
  it.each([
    ['objectMassKg', 0.02, 0.2],
    ['objectFrictionTable', 0.15, 0.8],
    ['stiffness', 0.6, 1.6],
    ['stallTorque', 0.6, 1.1],
    ['coulombNm', 0.03, 0.15],
    ['backlashRad', 0.3 * DEGREE, 2 * DEGREE],
    ['zeroOffsetRad', -3 * DEGREE, 3 * DEGREE],
    ['commandDelayS', 0.01, 0.06],
    ['objectRateHz', 15, 30],
    ['objectDelayS', 0.04, 0.2],
    ['objectBiasXM', -0.01, 0.01],
    ['objectBiasYM', -0.01, 0.01],
    ['objectNoiseM', 0, 0.005],
    ['tableHeightM', -0.01, 0.01],
    ['tableTiltXRad', -2 * DEGREE, 2 * DEGREE],
    ['tableTiltYRad', -2 * DEGREE, 2 * DEGREE],
    ['gravity', 0.8, 1.2],
    ['gravityTiltXRad', -5 * DEGREE, 5 * DEGREE],
    ['gravityTiltYRad', -5 * DEGREE, 5 * DEGREE],
  ])('%s from %f to %f', (name, low, high) => {
    const [from, to] = wide(name)
    expect(from).toBeLessThanOrEqual(low + 1e-4)
    expect(to).toBeGreaterThanOrEqual(high - 1e-4)
  })

  it('load-dependent friction, drop-outs and a gripper that hides the object', () => {
    expect(wide('loadFriction')[1]).toBeGreaterThanOrEqual(0.21)
    expect(wide('objectDropsPerS')[1]).toBeGreaterThan(0)
    expect(wide('occlusionRadiusM')[1]).toBeGreaterThan(0)
  })
})

describe('every committed preset', () => {
  it.each(listConfigs('randomization'))('%s loads and carries its own name', (name) => {
    expect(randomization(name).name).toBe(name)
  })

  it.each(listConfigs('arms'))('keeps the nominal world of %s within its ranges', (arm) => {
    const model = compileArm(loadArmDescription(arm))
    const onArm = task.arms.find((entry) => entry.arm === arm)!
    for (const name of listConfigs('randomization')) {
      const preset = randomization(name)
      const known = Object.keys(preset.arms)
      if (known.length > 0 && !known.includes(arm)) continue
      const sampler = createSampler(preset, model, onArm, 'push')
      const draw = sampler.createDraw()
      sampler.sample(new RandomStream(1), 0, draw)
      for (const coordinate of draw.coordinates) expect(Math.abs(coordinate)).toBeLessThanOrEqual(1)
    }
  })
})

describe('a randomization is refused', () => {
  const file = { version: 1, name: 'mine', source: 'here' }
  const withRule = (rules: object) => ({ ...file, arms: { so101: rules } })

  it.each<[string, object, RegExp]>([
    ['with a misspelt parameter', { objectMas: { set: { uniform: [1, 2] } } }, /objectMas/],
    ['with bounds the wrong way round', { gravity: { scale: { uniform: [2, 1] } } }, /lower bound/],
    ['with a log rule from zero', { gravity: { scale: { logUniform: [0, 1] } } }, /positive/],
    [
      'with two rules for one parameter',
      { gravity: { scale: { uniform: [1, 2] }, set: { uniform: [1, 2] } } },
      /./,
    ],
  ])('%s', (_case, rules, message) => {
    expect(() => randomizationSchema.parse(withRule(rules))).toThrow(message)
  })

  it('never, when it names every parameter there is', () => {
    const rules = Object.fromEntries(
      PARAMETER_NAMES.map((name) => [name, { scale: { uniform: [1, 1] } }]),
    )
    expect(Object.keys(randomizationSchema.parse(withRule(rules)).arms['so101']!)).toHaveLength(
      Object.keys(nominalValues(compileArm(loadArmDescription('so101')), task.arms[0]!)).length,
    )
  })
})
