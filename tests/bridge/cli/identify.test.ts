import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encodeDataset } from '../../../bridge/lerobot/encode-dataset.ts'
import { createMotorUnits } from '../../../bridge/lerobot/motor-units.ts'
import { writeDataset } from '../../../bridge/lerobot/write-dataset.node.ts'
import { packageRoot } from '../../../configs/load/load.node.ts'
import { nominalCalibration } from '../../../robot/calibration/calibration.ts'
import { loadServo } from '../../../robot/identification/servo-files.node.ts'
import { loadRandomization } from '../../../sim/randomization/load-randomization.node.ts'
import { loadReality } from '../../../sim/world/reality.node.ts'
import { so101 } from '../../sim/push-setup.ts'
import { pushMessages, writePush } from '../recording/recorded-push.ts'
import { runInProcess } from './run-in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'identify-'))
afterAll(() => rmSync(folder, { recursive: true }))
const logs = (servo: string) => join(packageRoot(), 'tests', 'golden', 'servo-logs', servo)

async function identify(...argv: string[]) {
  const { exitCode, out } = await runInProcess('identify', ...argv, '--json')
  const result = JSON.parse(out.trim().split('\n').at(-1)!)
  return { exitCode, result, error: result.error as { code: string; hint: string } }
}

describe('identify', () => {
  it('takes the episodes of a LeRobotDataset, and says what is wrong with them', async () => {
    const dataset = join(folder, 'still')
    const joints = so101.joints.map(({ name }) => name)
    const units = createMotorUnits(so101, nominalCalibration(so101), joints)
    const still = (frames: number) => {
      const rows = Array.from({ length: frames }, () => new Float64Array(joints.length))
      const surroundings = rows.map(() => new Float64Array(7).fill(Number.NaN))
      return { task: 'rest', joints, state: rows, action: rows, surroundings, isSuccess: null }
    }
    const facts = { fps: 30, robotType: 'so_follower', units }
    writeDataset(dataset, encodeDataset([still(30), still(200)], facts))
    const { exitCode, error } = await identify(dataset)
    expect(exitCode).toBe(2)
    expect(error).toMatchObject({
      code: 'BRIDGE_RECORDING_INVALID',
      message: expect.stringContaining('stands still'),
    })
    const astray = await identify(logs('sts3250'), '--calibration', 'arm.json')
    expect(astray.error).toMatchObject({ code: 'BRIDGE_USAGE' })
  })

  const fitted = join(folder, 'servo.yaml')

  it('fits a model, says what it is worth, and writes a servo that scores the same', async () => {
    const [log] = ['2024-10-26_12h23m27.json.gz'].map((file) => join(logs('sts3250'), file))
    const short = ['--model', 'coulomb', '--evaluations', '80', '--restarts', '1', '--workers', '1']
    const other = join(logs('sts3250'), '2024-10-26_12h23m42.json.gz')
    const { exitCode, result } = await identify(
      log!,
      other,
      '--test',
      other,
      ...short,
      '--out',
      fitted,
    )
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({ servo: 'sts3250', model: 'coulomb', files: [fitted] })
    const { value, low, high } = result.parameters.torqueConstantNmPerA
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
    const again = await identify(log!, other, '--score', fitted)
    expect(again.result.maeRad).toBeCloseTo(result.train.maeRad, 4)
    expect(again.result.test[1].maeRad).toBeCloseTo(result.test[0].maeRad, 4)
    expect(loadServo(fitted).fit?.logs).toEqual(['2024-10-26_12h23m27', '2024-10-26_12h23m42'])
  })

  it('writes a randomization and a reality that can be read', async () => {
    const [randomization, reality] = ['randomization.yaml', 'reality.yaml'].map((file) =>
      join(folder, file),
    )
    const log = join(logs('xl330'), '2026-01-15_10h28m24.json.gz')
    const { exitCode } = await identify(
      ...[log, '--score', 'xl330', '--arm', 'koch'],
      ...['--randomization-out', randomization!, '--reality-out', reality!],
    )
    expect(exitCode).toBe(0)
    const { arms } = loadRandomization(randomization!)
    const { scale } = arms['koch']!['stallTorque'] as { scale: { uniform: [number, number] } }
    // The XL330 is weaker than the arm's file says, the XL430 beside it as it says.
    expect(scale.uniform[0]).toBeLessThan(1)
    expect(scale.uniform[1]).toBeGreaterThanOrEqual(1)
    expect(arms['koch']!['objectMassKg']).toBeDefined()
    const { torqueConstantScale } = loadReality(reality!).servos
    expect(torqueConstantScale[0]).toBe(1)
    expect(torqueConstantScale[3]).not.toBe(1)
    expect(readFileSync(reality!, 'utf8')).toContain('uniform')
  })

  it.each([
    [['no-such-folder'], 'CONFIG_FILE_MISSING', 'path'],
    [[folder], 'ROBOT_LOG_INVALID', '.json'],
    [[logs('xl330'), '--servo', 'xl331'], 'CONFIG_UNKNOWN_NAME', 'xl330'],
    [[logs('xl330'), '--model', 'magic'], 'BRIDGE_USAGE', 'valid: auto, coulomb'],
    [
      [logs('xl330'), '--score', 'xl330', '--reality-out', 'r.yaml'],
      'BRIDGE_OPTION_MISSING',
      '--arm',
    ],
    [[logs('xl330'), 'swing.mcap'], 'BRIDGE_USAGE', 'apart'],
    [['swing.mcap', '--servo', 'xl330'], 'BRIDGE_USAGE', 'apart'],
    [['swing.mcap', '--model', 'heat'], 'BRIDGE_USAGE', 'apart'],
    [['swing.mcap', '--workers', '2'], 'BRIDGE_USAGE', 'apart'],
    [['swing.mcap', '--set', 'a=1'], 'CONFIG_SET_INVALID', 'leave it out'],
    [['swing.mcap', '--base', 'wide'], 'BRIDGE_USAGE', '--randomization-out'],
    [
      ['swing.mcap', '--base', 'wied', '--randomization-out', 'r.yaml'],
      'CONFIG_UNKNOWN_NAME',
      'wide',
    ],
    [[logs('xl330'), '--score', 'xl330', '--test', 'a.json'], 'BRIDGE_USAGE', '--test or --score'],
    [[logs('xl330'), '--score', 'xl330', '--model', 'heat'], 'BRIDGE_USAGE', '--model or --score'],
    [['no-such.mcap'], 'BRIDGE_RECORDING_INVALID', 'MCAP'],
    [
      [logs('xl330'), '--score', 'xl330', '--reality-out', 'r.yaml', '--arm', 'so101'],
      'BRIDGE_USAGE',
      'sts3215',
    ],
  ])('refuses %j by code, with what to do', async (argv, code, hint) => {
    const { exitCode, error } = await identify(...argv)
    expect({ exitCode, ...error }).toMatchObject({ exitCode: 2, code })
    expect(error.hint).toContain(hint)
  })

  it('takes no recording of another arm than --arm says', async () => {
    const recording = join(folder, 'push.mcap')
    await writePush(recording, await pushMessages(1))
    const out = join(folder, 'k.yaml')
    const { exitCode, error } = await identify(recording, '--arm', 'koch', '--out', out)
    expect(exitCode).toBe(2)
    expect(error).toMatchObject({
      code: 'BRIDGE_RECORDING_INVALID',
      message: expect.stringContaining('is of a so101, not of a koch'),
    })
  })

  it('asks of which servo the logs are', async () => {
    const log = JSON.parse(
      JSON.stringify({
        mass: 1,
        length: 0.1,
        kp: 10,
        vin: 5,
        motor: 'mine',
        entries: Array.from({ length: 30 }, (_, i) => ({
          timestamp: 0.01 * i,
          goal_position: 0,
          position: 0.01 * i,
          torque_enable: true,
        })),
      }),
    )
    const file = join(folder, 'mine.json')
    writeFileSync(file, JSON.stringify(log))
    const { error } = await identify(file)
    expect(error).toMatchObject({ code: 'BRIDGE_OPTION_MISSING' })
    expect(error.hint).toContain('--servo sts3250, xl330')
  })
})
