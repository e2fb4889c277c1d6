import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRecording } from '../../bridge/recording/read-recording.node.ts'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { FirstOrderPlant } from '../robot/bus/first-order-plant.ts'
import { so101, supplies } from '../robot/bus/twin-arm.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { BIN, endPrograms, expectFailure, run, start, until, watch } from './sim2arm-process.ts'
import { isAtRest, isMoving, readServos, startTwin, type TwinProcess } from './twin-process.ts'

const HOMED = 2047
const RAD_PER_TICK = (2 * Math.PI) / 4096
const names = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper']

let folder: string
let calibration: string
let twin: TwinProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-led-'))
  calibration = join(folder, 'arm.yaml')
  writeNominalCalibration(calibration)
  twin = await startTwin()
})
afterAll(async () => {
  twin.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

const arm = () => ['--port', twin.port, '--calibration', calibration]

// The tests share one arm and run in this order.

describe('jog', () => {
  const jog = (...options: string[]) =>
    watch(
      spawn(process.execPath, [BIN, 'jog', ...arm(), '--json', ...options], {
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    )

  it('turns a joint while its key repeats, stops when it does not, and holds at the end', async () => {
    const program = jog()
    await program.event('started')
    const hold = async (key: string, isThere: () => boolean, what: string) => {
      const keys = setInterval(() => program.child.stdin!.write(key), 30)
      await until(isThere, what).finally(() => clearInterval(keys))
    }
    // Limp, it lies on the table: from there it may only come up.
    await hold('w', () => twin.positionsRad[1]! < 0.5, 'the shoulder comes up')
    const [before] = twin.positionsRad
    await hold('1', () => twin.positionsRad[0]! - before! > 0.2, 'the pan turns')
    await isAtRest(twin)
    expect(program.child.exitCode).toBe(null)
    program.child.stdin!.write('x')
    expect(await program.ended, program.stderr).toBe(0)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
  })

  it('takes Ctrl-C for an interruption, also where the terminal sends no signal', async () => {
    const program = jog()
    await program.event('started')
    program.child.stdin!.write('\x03')
    expect(await program.ended, program.stderr).toBe(130)
  })
})

const leaderFile = () => join(folder, 'leader.json')

/** LeRobot's file of a leader that was homed at the middle of every servo. */
function writeLeaderFile(): void {
  const motors = nominalCalibration(so101).joints.map(({ minTicks, maxTicks }, index) => {
    const range = { range_min: minTicks, range_max: maxTicks }
    return [names[index], { id: index + 1, drive_mode: 0, homing_offset: 0, ...range }]
  })
  writeFileSync(leaderFile(), JSON.stringify(Object.fromEntries(motors)))
}

/** A leader whose joints stand where its plant is put. */
function plugLeader() {
  const clock = new RealClock()
  const arm = loadArmDescription('so101-leader')
  const plant = new FirstOrderPlant(6, clock.now())
  plant.supplyV.set(supplies(arm))
  plant.positionRad.set(names.map((name) => so101.poses.rest[name]!))
  plant.positionRad[0] = 0.2
  const leader = new TwinDevice({
    ...twinServosOf(arm),
    ...{ plant, clock, random: new RandomStream(1) },
    onError(error) {
      throw error
    },
  })
  leader.plug()
  return { leader, plant }
}

describe('teleop', () => {
  const leadBy = (leader: TwinDevice) => [
    ...['teleop', ...arm(), '--json'],
    ...['--leader-port', leader.path, '--leader-calibration', leaderFile()],
  ]

  it('leads an arm by another, with LeRobot’s file of the leader, and records it', async () => {
    const { leader, plant } = plugLeader()
    writeLeaderFile()
    const recording = join(folder, 'led.mcap')
    try {
      // Somebody says that the object is half a metre above what is measured.
      const sensor = join(folder, 'marker.yaml')
      const place = { objectInMarker: { positionM: [0, 0, 0.5] }, rateHz: [20, 30] }
      const marker = { version: 1, name: 'marker', source: 'test', ...place, delayS: [0, 0.1] }
      writeFileSync(sensor, JSON.stringify(marker))
      const object = [
        ...['--sensor', `object=rosbridge://${twin.stream}/object/pose`],
        ...['--set', `objectSensor=${sensor}`],
      ]
      const program = start([...leadBy(leader), '--record', recording, ...object])
      await program.event('following')
      plant.positionRad[0] = -0.4
      plant.positionRad[4] = 0.3
      await until(() => Math.abs(twin.positionsRad[0]! + 0.4) < 0.05, 'the pan is led')
      await until(() => Math.abs(twin.positionsRad[4]! - 0.3) < 0.05, 'the roll is led')
      program.child.kill('SIGINT')
      expect(await program.ended, program.stderr).toBe(130)
      expect(program.events.at(-1)).toMatchObject({
        type: 'result',
        leader: 'so101-leader',
        recording: { file: recording, isComplete: true, droppedMessages: 0 },
      })
      const topics = ['/joint_states', '/joint_commands', '/leader/joint_states', '/object/pose']
      const { messages } = readRecording(recording, topics)
      for (const topic of topics) {
        expect(
          messages.some((each) => each.topic === topic),
          topic,
        ).toBe(true)
      }
      const seen = messages.filter(({ topic }) => topic === '/object/pose')
      for (const { message } of seen) {
        const { pose } = message as { readonly pose: { readonly position: { readonly z: number } } }
        expect(pose.position.z).toBeGreaterThan(0.45)
      }
      await isAtRest(twin)
      const [servo] = await readServos(twin.port)
      expect(servo!.isTorqueOn).toBe(true)
      expect(Math.abs((servo!.goalTicks - HOMED) * RAD_PER_TICK + 0.4)).toBeLessThan(0.01)
      // The leader was limp all along.
      expect(leader.bus.servos.map(({ isTorqueOn }) => isTorqueOn)).toEqual(Array(6).fill(false))
    } finally {
      leader.close()
    }
  })

  it('holds the arm when the leader is unplugged', async () => {
    const { leader } = plugLeader()
    const program = start(leadBy(leader))
    await isMoving(twin)
    leader.close()
    // Whichever is noticed first: that the device is gone, or that nobody answers.
    expect(await program.ended, program.stderr).toBe(3)
    expect(program.stderr).toMatch(/^ROBOT_(PORT_LOST|SERVO_SILENT): /m)
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
  })

  it('refuses two devices that are swapped, before anything moves or is let go', async () => {
    const { leader } = plugLeader()
    writeLeaderFile()
    try {
      const swapped = ['--port', leader.path, '--calibration', calibration]
      const program = await run(
        ...['teleop', ...swapped, '--leader-port', twin.port],
        ...['--leader-calibration', leaderFile()],
      )
      await expectFailure(program, 2, 'BRIDGE_USAGE', /swapped: at .* is the leader/)
      for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
      expect(leader.bus.servos.map(({ isTorqueOn }) => isTorqueOn)).toEqual(Array(6).fill(false))
    } finally {
      leader.close()
    }
  })

  it('refuses one device for both', async () => {
    const leader = ['--leader-port', twin.port, '--leader-calibration', calibration]
    await expectFailure(await run('teleop', ...arm(), ...leader), 2, 'BRIDGE_USAGE')
  })
})

describe('deploy --teleop', () => {
  it('lets a leader take over, records who acted, and holds when the leader is unplugged', async () => {
    writeLeaderFile()
    const { leader, plant } = plugLeader()
    const recording = join(folder, 'taken-over.mcap')
    const program = watch(
      spawn(
        process.execPath,
        [
          ...[BIN, 'deploy', 'scripted', ...arm(), '--json', '--record', recording],
          ...['--sensor', `object=rosbridge://${twin.stream}/object/pose`, '--goal', '0.25,0.05'],
          ...['--episodes', '1000', '--set', 'softStart.speedRadPerS=1.5'],
          ...['--teleop', leader.path, '--leader-calibration', leaderFile()],
        ],
        { stdio: ['pipe', 'pipe', 'pipe'] },
      ),
    )
    const acted = (who: string) =>
      program.events.filter(({ type, acting }) => type === 'acting' && acting === who).length
    expect(await program.event('leader')).toMatchObject({ leader: 'so101-leader' })
    await program.event('started')
    // Again and again, until it has lain still for a moment and its move counts.
    const move = setInterval(() => {
      plant.positionRad[0] = plant.positionRad[0]! > 0 ? -0.15 : 0.15
    }, 1000)
    await until(() => acted('leader') === 1, 'the leader acts').finally(() => clearInterval(move))
    program.child.stdin!.write('\n')
    await until(() => acted('policy') === 1, 'the policy acts again')
    leader.close()
    expect(await program.ended, program.stderr).toBe(3)
    expect(program.stderr).toMatch(/^ROBOT_(PORT_LOST|SERVO_SILENT|SENSOR_LOST): /m)
    await isAtRest(twin)
    for (const { isTorqueOn } of await readServos(twin.port)) expect(isTorqueOn).toBe(true)
    const { messages } = readRecording(recording, ['/policy/acting', '/policy/action'])
    const acting = messages.filter(({ topic }) => topic === '/policy/acting')
    expect(acting).toHaveLength(messages.length / 2)
    const said = acting.map(({ message }) => (message as { data: string }).data)
    expect(new Set(said)).toEqual(new Set(['policy', 'leader']))
  })

  it('refuses a leader without a place, and the arm as its own leader', async () => {
    const seen = [
      '--sensor',
      `object=rosbridge://${twin.stream}/object/pose`,
      '--goal',
      '0.25,0.05',
    ]
    const lost = await run('deploy', 'scripted', ...arm(), ...seen, '--leader', 'so101-leader')
    await expectFailure(lost, 2, 'BRIDGE_USAGE', /not where it is/)
    const same = await run('deploy', 'scripted', ...arm(), ...seen, '--teleop', twin.port)
    await expectFailure(same, 2, 'BRIDGE_USAGE', /cannot be arm and leader at once/)
  })
})
