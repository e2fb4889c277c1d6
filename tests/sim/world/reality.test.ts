import { expect, test } from 'vitest'
import { listConfigs, loadConfig } from '../../../configs/load/load.node.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { loadReality, realitiesOf } from '../../../sim/world/reality.node.ts'
import { realitySchema } from '../../../sim/world/reality.schema.ts'
import { checkListedJoints, drawReality } from '../../../sim/world/reality.ts'

const minimal = { version: 1, name: 'mine', source: 'here' }

test('every committed reality loads and carries its own name', () => {
  const names = listConfigs('realities')
  expect(names).toEqual([
    'hard',
    'nominal',
    'panda-lab',
    'panda-nominal',
    'population',
    'workshop',
    'wrist-camera',
  ])
  for (const name of names) expect(loadReality(name).name).toBe(name)
})

test('three lines make a nominal reality', () => {
  const reality = drawReality(realitySchema.parse(minimal), new RandomStream(1))
  expect(reality.object.massKg).toBe(0.08)
  // As many as any arm has joints.
  expect(reality.arm.zeroOffsetRad).toEqual(new Array(16).fill(0))
})

test('a misspelt key is an error at any depth', () => {
  expect(() => realitySchema.parse({ ...minimal, tabel: {} })).toThrow(/tabel/)
  expect(() => realitySchema.parse({ ...minimal, table: { hightM: 0.01 } })).toThrow(/hightM/)
  const sensors = { objectPose: { rate: 30 } }
  expect(() => realitySchema.parse({ ...minimal, sensors })).toThrow(/rate/)
  expect(() => realitySchema.parse({ ...minimal, version: 2 })).toThrow()
  const table = { heightM: { uniform: [0, 1], scale: 2 } }
  expect(() => realitySchema.parse({ ...minimal, table })).toThrow()
})

test('an override by path is checked like the file', () => {
  expect(loadReality('nominal', { set: ['object.massKg=0.11'] }).object.massKg).toBe(0.11)
  expect(() => loadReality('nominal', { set: ['object.mas=0.11'] })).toThrow()
})

test('random:7 is the same set-up every time, another seed another one', () => {
  expect(loadReality('random:7')).toEqual(loadReality('random:7'))
  expect(loadReality('random:7').object.massKg).not.toBe(loadReality('random:8').object.massKg)
  expect(loadReality('random:7').name).toBe('random:7')
  expect(() => loadReality('random:')).toThrow(/whole number/)
  expect(() => loadReality('random:x')).toThrow(/whole number/)
})

test('draws of a population stay inside their ranges and fill them', () => {
  const masses = Array.from({ length: 200 }, (_, seed) => loadDraw(seed).object.massKg)
  expect(Math.min(...masses)).toBeGreaterThanOrEqual(0.03)
  expect(Math.max(...masses)).toBeLessThan(0.18)
  // Half of a log-uniform draw lies under the geometric mean of its bounds.
  const middle = Math.sqrt(0.03 * 0.18)
  const share = masses.filter((mass) => mass < middle).length / masses.length
  expect(share).toBeGreaterThan(0.4)
  expect(share).toBeLessThan(0.6)
})

test('a range for joints is drawn for each joint, a list keeps its order', () => {
  const config = realitySchema.parse({
    ...minimal,
    arm: { zeroOffsetRad: { uniform: [-1, 1] }, linkMassScale: [1, { uniform: [2, 3] }] },
  })
  const { arm } = drawReality(config, new RandomStream(3), 6)
  expect(new Set(arm.zeroOffsetRad).size).toBe(6)
  expect(arm.linkMassScale[0]).toBe(1)
  expect(arm.linkMassScale[1]).toBeGreaterThanOrEqual(2)
})

const population = loadConfig('realities', 'population', realitySchema)
const loadDraw = (seed: number) => drawReality(population, new RandomStream(seed))

test('a range of seeds stands for so many set-ups, each drawn by itself', () => {
  expect(realitiesOf('random:3-5')).toEqual(['random:3', 'random:4', 'random:5'])
  expect(realitiesOf('workshop')).toEqual(['workshop'])
  expect(realitiesOf('random:7')).toEqual(['random:7'])
  for (const name of ['random:5-3', 'random:1-9999']) {
    expect(() => realitiesOf(name)).toThrow(/lower seed first/)
  }
})

test('a reality whose lists are of another arm is refused, longer ones as shorter ones', () => {
  const lab = loadReality('panda-lab')
  for (const numJoints of [6, 10]) {
    expect(() => checkListedJoints(lab, 'mine', numJoints)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(`panda-lab: .* lists 9 joints, arm mine has ${numJoints}`),
      }),
    )
  }
  checkListedJoints(lab, 'panda', 9)
  // One value or one range for all joints is of any arm.
  for (const numJoints of [4, 6, 9]) checkListedJoints(loadReality('random:1'), 'mine', numJoints)
})
