import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadRandomization } from '../../sim/randomization/load-randomization.node.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import { writeNewCalibration } from './nominal-calibration-file.ts'
import { endPrograms, expectFailure, run, start } from './sim2arm-process.ts'
import { isAtRest, readServos, startTwin, type TwinProcess } from './twin-process.ts'

const DEG = Math.PI / 180

let folder: string
let calibration: string
let recording: string
let steady: string
let twin: TwinProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-record-'))
  calibration = join(folder, 'arm.yaml')
  recording = join(folder, 'swing.mcap')
  steady = join(folder, 'steady.mcap')
  writeNewCalibration(calibration)
  twin = await startTwin()
})
afterAll(async () => {
  twin.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

// To the start and back three times as fast as on an arm of metal.
const TEN_SECONDS = ['--seconds', '10', '--set', 'softStart.speedRadPerS=1.5', '--json']

const excite = (...options: string[]) =>
  start([
    ...['record', '--excite', '--port', twin.port, '--calibration', calibration],
    ...[...TEN_SECONDS, ...options],
  ])

// The tests share one arm and its recordings and run in this order.

describe('record --excite', () => {
  it('tries the joints of an arm that lies limp on the table, moves it, records it, and parks it', async () => {
    const program = excite('--out', recording, '--park')
    expect(await program.ended, program.stderr).toBe(0)
    expect(program.events.at(-1)).toMatchObject({
      type: 'result',
      isWhole: true,
      recording: { file: recording, isComplete: true, droppedMessages: 0 },
    })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(false)
  })

  it('records an emulated arm on virtual time', async () => {
    const arm = ['--arm', 'so101', '--reality', 'nominal', '--park']
    const program = await run('record', '--excite', ...arm, ...TEN_SECONDS, '--out', steady)
    expect(program.events.at(-1)).toMatchObject({
      type: 'result',
      isWhole: true,
      recording: { file: steady, isComplete: true, droppedMessages: 0 },
    })
  })

  it('never writes over a recording', async () => {
    const program = excite('--out', recording)
    await expectFailure(program, 2, 'BRIDGE_DISK', /it exists/)
  })

  it('stops and holds on Ctrl-C, and keeps what it has', async () => {
    const file = join(folder, 'short.mcap')
    const program = excite('--out', file)
    await program.event('started')
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.events.at(-1)).toMatchObject({ isWhole: false, recording: { isComplete: true } })
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
  })
})

describe('identify', () => {
  const identify = async (file: string, ...options: string[]) => {
    const program = await run('identify', file, '--json', ...options)
    return program.events.at(-1) as unknown as {
      readonly parameters: {
        readonly joints: Record<string, Record<string, { value: number }>>
        readonly commandDelayS: { readonly low: number; readonly high: number }
      }
      readonly nominalRmsRad: Record<string, number>
      readonly rmsRad: Record<string, number>
      readonly files: readonly string[]
    }
  }

  it('fits the arm at the port closer than its description, and writes what training and the twin read', async () => {
    const [fit, randomization, reality] = ['fit', 'randomization', 'reality'].map((name) =>
      join(folder, `${name}.yaml`),
    ) as [string, string, string]
    const result = await identify(
      recording,
      ...['--out', fit, '--randomization-out', randomization, '--reality-out', reality],
    )
    expect(result.files).toEqual([fit, randomization, reality])
    for (const joint of ['shoulder_lift', 'elbow_flex']) {
      expect(result.rmsRad[joint]).toBeLessThan(result.nominalRmsRad[joint]!)
    }
    expect(loadRandomization(randomization).arms['so101']!['commandDelayS']).toBeDefined()
    // What a fit finds of an emulated arm that adds no delay is left to the emulation.
    const { low, high } = result.parameters.commandDelayS
    const added = loadReality(reality).bus.commandDelayS
    expect(added).toBeGreaterThanOrEqual(Math.max(0, low - 0.0015) - 1e-6)
    expect(added).toBeLessThanOrEqual(Math.max(0, high - 0.0015) + 1e-6)
  })

  it('finds the motors of the emulated arm', async () => {
    // On virtual time: how late a busy machine sends and reads is no matter of the fit.
    const { parameters } = await identify(steady)
    for (const joint of ['shoulder_lift', 'elbow_flex']) {
      // The twin's motors behind its gain of 16 (Rhoban/bam): 8.9 Nm/rad, 0.608 Nm s/rad. They are of another class than
      // what is fitted, and ten seconds of swinging tell a stiff arm from a light one only so far.
      const { stiffnessNmPerRad, dampingNmSPerRad } = parameters.joints[joint]!
      expect(Math.abs(Math.log(stiffnessNmPerRad!.value / 8.9))).toBeLessThan(0.4)
      expect(Math.abs(Math.log(dampingNmSPerRad!.value / 0.608))).toBeLessThan(0.15)
    }
  })
})

describe('replay', () => {
  it('finds the gap between the emulated arm and the model of training', async () => {
    const csv = join(folder, 'gap.csv')
    const program = await run('replay', steady, '--csv', csv, '--json')
    const result = program.events.at(-1) as unknown as {
      readonly isComplete: boolean
      readonly joints: readonly { rmsRad: number; lagS: number; trackingRad: number }[]
    }
    expect(result.isComplete).toBe(true)
    expect(result.joints).toHaveLength(5)
    // Another engine and actuator model: close to each other, closer than command and arm, but not the same.
    for (const { lagS, rmsRad } of result.joints) {
      expect(rmsRad).toBeGreaterThan(0.01 * DEG)
      expect(rmsRad).toBeLessThan(3 * DEG)
      expect(Math.abs(lagS)).toBeLessThan(0.1)
    }
    const [head, ...rows] = readFileSync(csv, 'utf8').trim().split('\n')
    expect(head!.split(',')).toHaveLength(16)
    expect(rows.length).toBeGreaterThan(990)
  })

  it('refuses what is no recording', async () => {
    await expectFailure(await run('replay', calibration), 2, 'BRIDGE_RECORDING_INVALID')
    const missing = join(folder, 'none.mcap')
    await expectFailure(await run('replay', missing), 2, 'BRIDGE_RECORDING_INVALID')
  })
})
