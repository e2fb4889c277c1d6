import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { measuredSensor } from '../../../bridge/deploy/measured-sensor.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'

describe('a sensor in a randomization', () => {
  it('is drawn as the description measured on an arm says, over what the base says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-'))
    const [sensor, randomization] = [join(folder, 'camera.yaml'), join(folder, 'mine.yaml')]
    const arrivals = {
      messages: 900,
      rateHz: 30,
      delayS: { p05: 0.06, p50: 0.08, p95: 0.096 },
      longestGapS: 0.2,
    }
    const joints = { ...arrivals, delayS: { p05: 0.021, p50: 0.03, p95: 0.042 } }
    const found = measuredSensor(arrivals, 'rosbridge://camera/pose', undefined, joints)
    writeFileSync(sensor, stringify(found))
    const mine = { version: 1, name: 'mine', source: 'a test', base: 'wide', sensor }
    writeFileSync(randomization, stringify(mine))
    const wide = loadRandomization('wide').arms['so101']!
    const { arms } = loadRandomization(randomization)
    expect(arms['so101']).toMatchObject({
      objectRateHz: { set: { uniform: [24, 30] } },
      objectDelayS: { set: { uniform: [0.06, 0.096] } },
      // Nine of ten lie within 36 ms: all within 40 ms, half of the middle.
      objectDelayJitter: { set: { uniform: [0, 0.5] } },
      jointDelayS: { set: { uniform: [0.021, 0.042] } },
      objectNoiseM: wide['objectNoiseM'],
      stiffness: wide['stiffness'],
    })
  })

  it('gives way to what the file says itself, and to files built on it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-'))
    const [lab, mine] = [join(folder, 'lab.yaml'), join(folder, 'mine.yaml')]
    const rule = (upper: number) => ({ set: { uniform: [0, upper] } })
    const common = { version: 1, source: 'a test' }
    const so101 = { objectRateHz: rule(20) }
    writeFileSync(
      lab,
      stringify({ ...common, name: 'lab', base: 'wide', sensor: 'webcam-tag', arms: { so101 } }),
    )
    writeFileSync(
      mine,
      stringify({
        ...common,
        name: 'mine',
        base: lab,
        without: ['objectDropsPerS'],
        arms: { so101: { objectDelayS: rule(0.3) } },
      }),
    )
    const { arms } = loadRandomization(mine)
    expect(arms['so101']).toMatchObject({
      objectDelayS: rule(0.3),
      objectRateHz: rule(20),
      objectBiasXM: { offset: { uniform: [-0.005, 0.005] } },
    })
    expect(arms['so101']).not.toHaveProperty('objectDropsPerS')
    expect(arms['panda']).toHaveProperty('objectRateHz', { set: { uniform: [15, 30] } })
  })

  it('needs an arm that gets it: without rules for any it would change nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-'))
    const file = join(folder, 'mine.yaml')
    const mine = { version: 1, name: 'mine', source: 'a test', sensor: 'webcam-tag' }
    writeFileSync(file, stringify(mine))
    expect(() => loadRandomization(file)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('base: wide'),
      }),
    )
    writeFileSync(file, stringify({ ...mine, arms: { so101: {} } }))
    expect(loadRandomization(file).arms['so101']).toHaveProperty('objectDelayS')
  })
})
