import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { STAGES } from '../deploy/cycle-stages.ts'
import type { CycleView, LoopTap, LoopView } from '../deploy/loop-tap.ts'
import { numberRow, type RosPose, stampOf, uprightPose } from './ros-values.ts'
import type { MessageSink, RecordedMessage } from './topics.ts'

/** Servo health changes slowly [s]. */
const HEALTH_EVERY_S = 0.2
const STAGE_NAMES = STAGES.map((stage) => `${stage}_s`).join(',')

export interface RecordTapOptions {
  readonly sinks: readonly MessageSink[]
  /** Of the driver, in its order. */
  readonly jointNames: readonly string[]
  /** What to add to the loop's clock to get seconds since 1970. */
  readonly epochOffsetS: number
  /** Frame of object and goal. */
  readonly frame: string
  /** The arm as URDF. */
  readonly robotDescription?: string
}

/** Tells of a control loop: copies each cycle and policy step out of the loop's own arrays. */
export function createRecordTap(options: RecordTapOptions): LoopTap {
  const { sinks, jointNames, epochOffsetS, frame, robotDescription } = options
  const name = [...jointNames]
  const write = (messages: readonly RecordedMessage[]) => {
    for (const sink of sinks) sink.write(messages)
  }
  let isDescribed = robotDescription === undefined
  let lastS = 0
  let lastHealthS = Number.NEGATIVE_INFINITY
  let lastRule = ''
  let lastCaptureS = Number.NaN
  const lastGoal = new Float64Array(3).fill(Number.NaN)

  const header = (timeS: number, frameId = '') => ({
    stamp: stampOf(timeS + epochOffsetS),
    frame_id: frameId,
  })
  const told = (timeS: number, position: Float64Array) => {
    return { header: header(timeS), name, position: position.slice(), velocity: [], effort: [] }
  }

  return {
    cycle(view: CycleView) {
      const { timeS, reading, command, wanted, latenessS, rule, stagesS } = view
      lastS = timeS
      const epochS = timeS + epochOffsetS
      const messages: RecordedMessage[] = [
        {
          topic: '/joint_states',
          epochS,
          message: {
            header: header(reading.stampS),
            name,
            position: reading.positionRad.slice(),
            velocity: reading.velocityRadPerS.slice(),
            effort: reading.load.slice(),
          },
        },
        { topic: '/joint_targets', epochS, message: told(timeS, wanted) },
        { topic: '/joint_commands', epochS, message: told(timeS, command) },
        { topic: '/loop/lateness', epochS, message: { data: latenessS } },
        { topic: '/loop/stages', epochS, message: numberRow(STAGE_NAMES, stagesS) },
      ]
      if (!isDescribed) {
        isDescribed = true
        const message = { data: robotDescription }
        messages.push({ topic: '/robot_description', epochS, message })
      }
      if (timeS - lastHealthS >= HEALTH_EVERY_S) {
        lastHealthS = timeS
        const health = [...reading.voltageV, ...reading.temperatureC]
        const message = numberRow('voltage_V,temperature_C', health)
        messages.push({ topic: '/servo_health', epochS, message })
      }
      if (rule !== lastRule) {
        lastRule = rule
        messages.push({ topic: '/safety/rule', epochS, message: { data: rule } })
      }
      write(messages)
    },

    policyStep(view: LoopView) {
      const { timeS, acting, action, goal, objects, observation, state } = view
      const epochS = timeS + epochOffsetS
      const messages: RecordedMessage[] = [
        { topic: '/policy/observation', epochS, message: numberRow('observation', observation) },
        { topic: '/policy/action', epochS, message: numberRow('action', action) },
        { topic: '/policy/state_norm', epochS, message: { data: Math.hypot(...state) } },
      ]
      if (acting !== undefined) {
        messages.push({ topic: '/policy/acting', epochS, message: { data: acting } })
      }
      const object = objects[0]!
      const captureS = timeS - object.ageS
      if (object.isFresh && captureS !== lastCaptureS) {
        lastCaptureS = captureS
        const message = { header: header(captureS, frame), pose: seenPose(object) }
        messages.push({ topic: '/object/pose', epochS, message })
      }
      if (objects.length > 1 && objects.some(({ isFresh }) => isFresh)) {
        const newestS = timeS - Math.min(...objects.map(({ ageS }) => ageS))
        const message = { header: header(newestS, frame), poses: objects.map(seenPose) }
        messages.push({ topic: '/object/poses', epochS, message })
      }
      if (goal.some((value, k) => value !== lastGoal[k])) {
        lastGoal.set(goal)
        const pose = uprightPose(goal[0]!, goal[1]!, goal[2] ?? 0, 0)
        const message = { header: header(timeS, frame), pose }
        messages.push({ topic: '/goal/pose', epochS, message })
      }
      write(messages)
    },

    episode(result) {
      const epochS = lastS + epochOffsetS
      const message = { data: JSON.stringify(result) }
      write([{ topic: '/episode', epochS, message }])
    },
  }
}

/** No place at all for what nobody has seen so far. */
function seenPose({ ageS, xM, yM, zM, yawRad }: ObjectMeasurement): RosPose {
  return Number.isFinite(ageS)
    ? uprightPose(xM, yM, zM, yawRad)
    : uprightPose(Number.NaN, Number.NaN, Number.NaN, 0)
}
