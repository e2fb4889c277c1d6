import { CodedError } from '../../configs/load/coded-error.ts'
import type { SeenServo } from '../../robot/bus/drivers/look-at-servos.ts'
import { findModel } from '../../robot/bus/protocols/control-table.ts'
import { SERVO_PROTOCOLS } from '../../robot/bus/protocols/index.ts'
import type { ArmCalibration } from '../../robot/calibration/calibration.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'

/** An arm as its files describe it, and what answers where it is said to be. */
export interface ArmInRole {
  readonly arm: ArmDescription
  readonly calibration: ArmCalibration
  /** Serial device. */
  readonly port: string
  readonly servos: readonly SeenServo[]
}

/** Supplies that differ by less tell nobody apart [V]. */
const LEAST_APART_V = 1

/**
 * Refuses a leader that is the arm it should lead, and an arm that is its own leader: by what their servos are, how
 * they were homed, and what they are supplied with, in this order. Nothing has been written to either.
 *
 * @throws BRIDGE_USAGE where each fits the other's files better than its own
 * @throws ROBOT_SERVO_MISMATCH where the leader holds torque: it would be let go
 */
export function checkRoles(follower: ArmInRole, leader: ArmInRole): void {
  const told = [countMisfits, missesSupply]
    .map((misfit) => {
      const asSaid = misfit(follower, follower) + misfit(leader, leader)
      const theOtherWay = misfit(follower, leader) + misfit(leader, follower)
      return asSaid - theOtherWay
    })
    .find((difference) => difference !== 0)
  if (told !== undefined && told > 0) throw swapped(follower, leader)
  const holding = leader.servos.find(
    ({ isTorqueOn, joint }) => isTorqueOn && isOfArm(leader.arm, joint),
  )
  if (holding !== undefined) throw leaderHolds(leader, holding)
}

/** Servos that are not those of the other's arm file, or were homed otherwise than its calibration says. */
function countMisfits({ servos }: ArmInRole, { arm, calibration }: ArmInRole): number {
  const { modelNumbers, vendor } = SERVO_PROTOCOLS[arm.bus!.protocol]
  const joints = arm.joints.filter(({ servo }) => servo !== undefined)
  return servos.filter(({ modelNumber, homingOffsetTicks }, index) => {
    const wanted = calibration.joints[index]?.homingOffsetTicks
    return (
      modelNumber !== findModel(modelNumbers, joints[index]!.servo!.model, vendor) ||
      (wanted !== undefined && wanted !== homingOffsetTicks)
    )
  }).length
}

/** 1 where the supply of the first servos is not the one that the other's arm file asks for. */
function missesSupply({ servos }: ArmInRole, { arm }: ArmInRole): number {
  const [joint] = arm.joints.filter(({ servo }) => servo !== undefined)
  const wantedV = joint?.servo?.supplyV ?? arm.bus!.supplyV
  return Math.abs(servos[0]!.voltageV - wantedV) > LEAST_APART_V ? 1 : 0
}

const isOfArm = (arm: ArmDescription, joint: string): boolean =>
  arm.joints.some(({ group, name }) => name === joint && group === 'arm')

function swapped(follower: ArmInRole, leader: ArmInRole): CodedError {
  return new CodedError(
    'BRIDGE_USAGE',
    `the two devices are swapped: at ${follower.port} is the leader (${leader.arm.name}), at ${leader.port} the arm (${follower.arm.name})`,
    { hint: `the arm is at ${leader.port}, its leader at ${follower.port}; nothing was moved` },
  )
}

function leaderHolds({ arm, port }: ArmInRole, { joint }: SeenServo): CodedError {
  return new CodedError(
    'ROBOT_SERVO_MISMATCH',
    `${joint} of the leader at ${port} (${arm.name}) holds torque, and would be let go`,
    {
      hint: 'is it the arm that is to be led, and the two devices are swapped? Else support it, switch its supply off and on',
    },
  )
}
