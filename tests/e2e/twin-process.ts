import { MESSAGE_TYPE } from '../../bridge/streams/messages.ts'
import { RosbridgeClient } from '../../bridge/streams/rosbridge/client.ts'
import { ServoClient } from '../../robot/bus/drivers/servo-client.ts'
import { STS_TABLE } from '../../robot/bus/protocols/feetech/control-table.ts'
import { FEETECH } from '../../robot/bus/protocols/feetech/protocol.ts'
import { SerialTransport } from '../../robot/bus/transports/serial-transport.node.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import { type Program, start, until } from './sim2arm-process.ts'

const BAUD_BPS = 1_000_000
const SERVO_IDS = [1, 2, 3, 4, 5, 6]
const clock = new RealClock()

/** An emulated arm in its own process, watched through its stream, which is the truth of its mechanics. */
export interface TwinProcess {
  readonly program: Program
  /** Serial device. */
  readonly port: string
  /** host:port of its rosbridge. */
  readonly stream: string
  /** Fastest joint, as last published [rad/s]. */
  readonly speedRadPerS: number
  /** Joints, as last published, in the arm's order [rad]. */
  readonly positionsRad: readonly number[]
  close(): void
}

export async function startTwin(...options: string[]): Promise<TwinProcess> {
  const program = start(
    ['twin', 'so101', '--reality', 'nominal', '--stream', '127.0.0.1:0', '--json'].concat(options),
  )
  const { port, stream } = (await program.event('ready')) as unknown as {
    port: string
    stream: string
  }
  const client = new RosbridgeClient({ url: `ws://${stream}`, clock })
  let speedRadPerS = 0
  let positionsRad: readonly number[] = []
  client.subscribe('/joint_states', MESSAGE_TYPE.jointState, ({ position, velocity }) => {
    positionsRad = position
    speedRadPerS = Math.max(...velocity.map(Math.abs))
  })
  return {
    program,
    port,
    stream,
    get speedRadPerS() {
      return speedRadPerS
    },
    get positionsRad() {
      return positionsRad
    },
    close: () => client.close(),
  }
}

export const isMoving = (twin: TwinProcess): Promise<void> =>
  until(() => twin.speedRadPerS > 0.1, 'the arm moves')

/** The arm comes to rest and stays there for a while. */
export async function isAtRest(twin: TwinProcess): Promise<void> {
  let numStill = 0
  await until(() => {
    numStill = twin.speedRadPerS < 0.02 ? numStill + 1 : 0
    return numStill >= 10
  }, 'the arm is at rest')
}

export interface ServoState {
  readonly isTorqueOn: boolean
  readonly goalTicks: number
  readonly positionTicks: number
}

/** What the servos hold in their registers, read over the serial device like by anybody else. */
export async function readServos(port: string): Promise<ServoState[]> {
  const transport = new SerialTransport({ path: port, baudBps: BAUD_BPS })
  const client = new ServoClient({
    protocol: FEETECH,
    transport,
    clock,
    baudBps: BAUD_BPS,
    replyMarginS: 0.5,
  })
  await client.open()
  const read = (id: number, name: string): Promise<number> =>
    client.readRegister(id, STS_TABLE.find(name))
  try {
    const states: ServoState[] = []
    for (const id of SERVO_IDS) {
      states.push({
        isTorqueOn: (await read(id, 'Torque_Enable')) === 1,
        goalTicks: await read(id, 'Goal_Position'),
        positionTicks: await read(id, 'Present_Position'),
      })
    }
    return states
  } finally {
    await client.close()
  }
}
