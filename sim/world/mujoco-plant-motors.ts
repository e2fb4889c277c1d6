import type { ArmDescription, JointDescription } from '../../robot/model/arm.schema.ts'

/** A geared direct-current motor as seen at the output shaft. */
export interface MotorConstants {
  /** Torque per ampere, which is also the back-EMF per rad/s [Nm/A = V s/rad]. */
  readonly torqueConstantNmPerA: number
  readonly resistanceOhm: number
  /** What the winding's current passes besides while the bridge is on, so that full duty gives less than its share. */
  readonly lineOhm: number
  readonly armatureKgM2: number
  readonly coulombNm: number
  readonly viscousNmSPerRad: number
}

/**
 * Fits to logs of real servos. STS3215: Rhoban/bam, bam/params, model M1; at 7.4 V at commit 1b5a1ce, at 12 V on
 * branch add_sts3215_12v_params. They give the 7.4 V servo 4.38 rad/s at 6 V, where the vendor says 0.238 s per
 * 60° = 4.40 rad/s. XL330-M288: what `configs/servos/xl330.yaml` holds (a test compares them).
 */
const STS3215_7V4: MotorConstants = {
  torqueConstantNmPerA: 1.2116,
  resistanceOhm: 2.676,
  lineOhm: 0,
  armatureKgM2: 0.0284,
  coulombNm: 0.0524,
  viscousNmSPerRad: 0.0591,
}
const STS3215_12V: MotorConstants = {
  torqueConstantNmPerA: 1.444,
  resistanceOhm: 2.03,
  lineOhm: 0,
  armatureKgM2: 0.0325,
  coulombNm: 0.196,
  viscousNmSPerRad: 0.0305,
}
const XL330_M288: MotorConstants = {
  torqueConstantNmPerA: 0.372,
  resistanceOhm: 2.47,
  lineOhm: 2.37,
  armatureKgM2: 0.00162,
  coulombNm: 0.00625,
  viscousNmSPerRad: 0.00658,
}
/** The two STS3215 differ in winding; above this supply it is the 12 V one. */
const STS3215_SPLIT_V = 9
/** Supply of an arm that names none: only its product with the duty matters then. */
const UNKNOWN_SUPPLY_V = 12

/** Supply voltage that the arm's file asks for at a joint's servo [V]. */
export function nominalSupply(arm: ArmDescription, joint: JointDescription): number {
  return joint.servo?.supplyV ?? arm.bus?.supplyV ?? UNKNOWN_SUPPLY_V
}

/** Nominal motor of one joint: the fit of its servo, or what stall torque and top speed imply. */
export function motorOf(arm: ArmDescription, joint: JointDescription): MotorConstants {
  const model = joint.servo?.model.toLowerCase() ?? ''
  const supplyV = nominalSupply(arm, joint)
  if (model.startsWith('sts3215')) return supplyV > STS3215_SPLIT_V ? STS3215_12V : STS3215_7V4
  if (model.startsWith('xl330-m288')) return XL330_M288
  const { maxSpeedRadPerS, stallTorqueNm, armatureKgM2, coulombNm } = joint.actuator
  const torqueConstantNmPerA = supplyV / maxSpeedRadPerS
  return {
    torqueConstantNmPerA,
    resistanceOhm: (torqueConstantNmPerA * supplyV) / stallTorqueNm,
    lineOhm: 0,
    armatureKgM2,
    coulombNm,
    viscousNmSPerRad: 0,
  }
}
