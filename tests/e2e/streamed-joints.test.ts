import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MESSAGE_TYPE } from '../../bridge/streams/messages.ts'
import { RosbridgeClient } from '../../bridge/streams/rosbridge/client.ts'
import { startRosbridgeServer } from '../../bridge/streams/rosbridge/server.ts'
import { TopicGraph } from '../../bridge/streams/topic-graph.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { loadSensor } from '../../robot/sensors/load-sensor.node.ts'
import { writeNominalCalibration } from './nominal-calibration-file.ts'
import { endPrograms, run } from './sim2arm-process.ts'
import { startTwin, type TwinProcess } from './twin-process.ts'

/** How late the encoders tell [s]. */
const LATE_S = 0.04
const clock = new RealClock()

/** Encoders beside the arm: what the twin's joints do, told by this process a while later. */
async function startEncoders({ stream }: TwinProcess) {
  const graph = new TopicGraph()
  const server = await startRosbridgeServer({ graph, clock })
  const joints = new RosbridgeClient({ url: `ws://${stream}`, clock })
  joints.subscribe('/joint_states', MESSAGE_TYPE.jointState, (state) => {
    setTimeout(() => graph.publish('/encoders', MESSAGE_TYPE.jointState, state), 1000 * LATE_S)
  })
  return {
    uri: `rosbridge://${server.host}:${server.port}/encoders`,
    async close() {
      joints.close()
      await server.close()
    },
  }
}

let folder: string
let twin: TwinProcess
let encoders: Awaited<ReturnType<typeof startEncoders>>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-encoders-'))
  twin = await startTwin()
  encoders = await startEncoders(twin)
})
afterAll(async () => {
  await encoders.close()
  twin.close()
  await endPrograms()
  rmSync(folder, { recursive: true })
})

interface Delay {
  readonly p05: number
  readonly p50: number
  readonly p95: number
}

it('a serial arm is driven by joints that another process tells, and their delay is measured', async () => {
  const [calibration, sensor] = [join(folder, 'arm.yaml'), join(folder, 'measured.yaml')]
  writeNominalCalibration(calibration)
  const program = await run(
    ...['deploy', 'push-so101', '--port', twin.port, '--calibration', calibration, '--json'],
    ...['--sensor', `object=rosbridge://${twin.stream}/object/pose`],
    ...['--sensor', `joints=${encoders.uri}`, '--sensor-out', sensor],
    // The twin's puck stands 25 cm before the arm.
    ...['--goal', '0.25,0.12', '--episodes', '1'],
  )
  expect(await program.ended, program.stderr).toBe(0)
  const result = program.events.at(-1) as unknown as {
    readonly finalDistanceM: readonly number[]
    readonly rejectedJoints: Readonly<Record<string, number>>
    readonly sensors: { readonly joints: { readonly rateHz: number; readonly delayS: Delay } }
  }
  expect(result.finalDistanceM[0]).toBeLessThan(0.1)
  expect(result.rejectedJoints).toMatchObject({ future: 0, backwards: 0 })
  const { delayS, rateHz } = result.sensors.joints
  // On a busy machine later, never sooner; 30 Hz as the twin publishes them.
  expect(delayS.p05).toBeGreaterThan(LATE_S - 0.005)
  expect(delayS.p50).toBeLessThan(0.5)
  expect(rateHz).toBeGreaterThan(10)
  expect(rateHz).toBeLessThan(35)
  const [low, high] = loadSensor(sensor).jointDelayS!
  expect(low).toBeCloseTo(delayS.p05, 4)
  expect(high).toBeCloseTo(delayS.p95, 4)
  expect(program.stderr).toMatch(/joints sensor: \d/)
  // The shipped policy never met late joints.
  expect(program.events.find(({ type }) => type === 'started')).toMatchObject({
    jointsForeseen: true,
  })
  expect(program.stderr).toMatch(/foreseen over their delay: the policy was not trained with it/)
})
