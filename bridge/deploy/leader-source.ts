import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import { type ArmCalibration, ticksToRadians } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { clamp } from '../../robot/model/scalar.ts'
import type { ArmPort } from './arm-port.ts'
import type { JointSource } from './joint-source.ts'
import { SESSION_RATE_HZ } from './source-cycles.ts'

/** A joint has caught up with its leader when it is no farther off than this [rad] … */
const CAUGHT_UP_RAD = 0.05
/** … and has lost it again beyond this: something held it back, or the leader jumped [rad]. */
const LOST_RAD = 0.3

export interface LeaderSourceOptions {
  /** Of the arm that is led; the leader has the same joints. */
  readonly arm: ArmDescription
  /** Open and limp. */
  readonly leader: ArmDriver
  readonly leaderCalibration: ArmCalibration
  readonly calibration: ArmCalibration
  readonly port: Pick<ArmPort, 'commandedQ' | 'findWay'>
  /** Of a joint until it has caught up [rad/s]. */
  readonly slowRadPerS: number
  /** Told each time when the last joint has caught up. */
  readonly onCaughtUp: () => void
  /** Told in every cycle where the leader is [numJoints], [rad]. */
  readonly onLed?: (leaderQ: Float64Array) => void
}

/**
 * An arm that repeats the joints of a leader: each slowly until it has caught up, as fast as it is led from then on. A
 * gripper opens by the same share of its range as the leader's, as in LeRobot.
 */
export function createLeaderSource(options: LeaderSourceOptions): JointSource {
  const { arm, leader, port } = options
  const reading = createReading(leader.jointNames.length)
  const follow = followerOf(arm, options.leaderCalibration, options.calibration)
  const led = new Float64Array(leader.jointNames.length)
  const slow = options.slowRadPerS / SESSION_RATE_HZ
  const look = async (): Promise<void> => {
    await leader.read(reading)
    follow(reading.positionRad, led)
    options.onLed?.(led)
  }
  const isSlow = new Uint8Array(led.length).fill(1)
  return {
    async begin() {
      await look()
      if (port.findWay(led) !== null) return led.slice()
      throw new CodedError('ROBOT_UNREACHABLE', `${arm.name} finds no way to where its leader is`, {
        hint: 'hold the leader up, its tool well above the table, and start again',
      })
    },
    async next(_timeS, target) {
      await look()
      const q = port.commandedQ()
      const hadSlow = isSlow.includes(1)
      for (let i = 0; i < led.length; i++) {
        const way = led[i]! - q[i]!
        if (Math.abs(way) <= CAUGHT_UP_RAD) isSlow[i] = 0
        else if (Math.abs(way) > LOST_RAD) isSlow[i] = 1
        target[i] = isSlow[i] === 1 ? q[i]! + clamp(way, -slow, slow) : led[i]!
      }
      if (hadSlow && !isSlow.includes(1)) options.onCaughtUp()
      return true
    },
    goOn: () => void isSlow.fill(1),
  }
}

/** Joint angles of the leader to those of the follower, within its limits, both in the arm's order of servos [rad]. */
function followerOf(
  arm: ArmDescription,
  leader: ArmCalibration,
  follower: ArmCalibration,
): (leaderQ: Float64Array, out: Float64Array) => void {
  const joints = arm.joints.filter(({ servo }) => servo !== undefined)
  // By angle: servos may count in opposite directions, hands close in the same.
  const ends = (each: ArmCalibration['joints'][number]) => {
    const [a, b] = [ticksToRadians(each, each.minTicks), ticksToRadians(each, each.maxTicks)]
    return [Math.min(a, b), Math.max(a, b)] as const
  }
  const maps = joints.map(({ group }, index) => {
    if (group === 'arm') return (q: number) => q
    const [from0, from1] = ends(leader.joints[index]!)
    const [to0, to1] = ends(follower.joints[index]!)
    return (q: number) => to0 + ((q - from0) / (from1 - from0)) * (to1 - to0)
  })
  return (leaderQ, out) => {
    for (let i = 0; i < maps.length; i++) {
      const { lower, upper } = joints[i]!.limits
      out[i] = clamp(maps[i]!(leaderQ[i]!), lower, upper)
    }
  }
}
