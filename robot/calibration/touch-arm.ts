import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver } from '../bus/arm-driver.ts'
import { createReading } from '../bus/arm-reading.ts'
import { RAD_PER_STEP } from '../bus/protocols/encoder.ts'
import type { ArmDescription } from '../model/arm.schema.ts'
import { compileArm } from '../model/compile-arm.ts'
import type { CalibrationDialog } from './calibrate-arm.ts'
import type { CalibrationFile, JointCalibration } from './calibration.schema.ts'
import type { ArmCalibration } from './calibration.ts'
import { type FrameFit, fitFrame } from './fit-frame.ts'
import { fitTouches, type Touch, type TouchFit, ZERO_SIGMA_RAD } from './fit-touches.ts'
import type { TableSheet } from './table-sheet.schema.ts'

/** Readings whose mean is where the arm is held. */
const READINGS = 10
/** A joint that the touches tell nothing of keeps more than this share of its uncertainty. */
const UNSEEN_SHARE = 0.8
/** 95 % of a normal distribution lie within so many standard deviations. */
const DEVIATIONS = 1.96

/** Sees an object where it stands, in the frame of a camera. */
export interface ObjectEye {
  /** Frame of its messages. */
  readonly frame: string
  /** Mean position [3], [m], of what it sees from now on for a moment. Throws ROBOT_SENSOR_LOST. */
  look(): Promise<ArrayLike<number>>
  /** Half the object's height: how far its middle stands above the point under it [m]. */
  readonly middleM: number
}

export interface TouchOptions {
  /** Open; goes limp. */
  readonly driver: ArmDriver
  readonly arm: ArmDescription
  /** With which the driver reads; what it says of other things than zeros is kept. */
  readonly calibration: ArmCalibration
  readonly sheet: TableSheet
  readonly dialog: Pick<CalibrationDialog, 'confirm'>
  /** Looks at the object on the same points afterwards, where there is one. */
  readonly eye?: ObjectEye
  /** Now, ISO 8601. */
  readonly measuredAt: string
}

export interface TouchResult {
  readonly ours: CalibrationFile
  readonly fit: TouchFit
  /** Joints whose zeros the touches tell. */
  readonly seenJoints: readonly string[]
  /** The camera's frame in the base. */
  readonly camera?: FrameFit & { readonly frame: string }
}

/**
 * Refines the joint zeros of an arm whose tip a hand puts on printed points, and finds the camera that sees an object
 * on them. Nothing moves by itself. Throws ROBOT_CALIBRATION_INVALID for an arm that the sheet knows no place for.
 */
export async function touchArm(options: TouchOptions): Promise<TouchResult> {
  const { arm, calibration, dialog, driver, eye, measuredAt, sheet } = options
  const placement = sheet.placements.find((each) => each.arm === arm.name)
  if (placement === undefined) {
    throw new CodedError(
      'ROBOT_CALIBRATION_INVALID',
      `${sheet.name} has no place for ${arm.name}`,
      {
        hint: 'add one under placements: where the origin of the sheet lies in the base frame',
      },
    )
  }
  const model = compileArm(arm)
  const indices = model.jointNames.map((name) => driver.jointNames.indexOf(name))
  await dialog.confirm('The arm goes limp: hold it')
  await driver.disable()
  const touches: Touch[] = []
  for (const { name, xM, yM } of sheet.touchPoints) {
    await dialog.confirm(`Put the tip on point ${name} and hold it there`)
    const q = await meanPosition(driver)
    touches.push({ q: indices.map((index) => q[index]!), xM, yM })
  }
  const fit = fitTouches(model, touches, placement)
  const seenJoints = model.jointNames.filter(
    (_, i) => fit.sigmaRad[i]! < UNSEEN_SHARE * ZERO_SIGMA_RAD,
  )
  const joints: Record<string, JointCalibration> = {}
  for (const [index, name] of driver.jointNames.entries()) {
    const joint = calibration.joints[index]!
    const i = model.jointNames.indexOf(name)
    joints[name] = seenJoints.includes(name)
      ? corrected(joint, fit.zeroRad[i]!, fit.sigmaRad[i]!)
      : joint
  }
  const method = `${calibration.origin}, then the tip on ${touches.length} points of ${sheet.name}`
  const { residualM } = fit
  const ours: CalibrationFile = { version: 1, arm: arm.name, measuredAt, method, residualM, joints }
  if (eye === undefined) return { ours, fit, seenJoints }
  return { ours, fit, seenJoints, camera: await findCamera(eye, dialog, sheet, fit) }
}

async function meanPosition(driver: ArmDriver): Promise<Float64Array> {
  const reading = createReading(driver.jointNames.length)
  const mean = new Float64Array(reading.positionRad.length)
  for (let k = 0; k < READINGS; k++) {
    await driver.read(reading)
    for (let i = 0; i < mean.length; i++) mean[i]! += reading.positionRad[i]! / READINGS
  }
  return mean
}

function corrected(joint: JointCalibration, zeroRad: number, sigmaRad: number): JointCalibration {
  const zeroTicks = Math.round(joint.zeroTicks - (joint.sign * zeroRad) / RAD_PER_STEP)
  return { ...joint, zeroTicks, uncertaintyRad: DEVIATIONS * sigmaRad }
}

async function findCamera(
  eye: ObjectEye,
  dialog: Pick<CalibrationDialog, 'confirm'>,
  { touchPoints }: TableSheet,
  { sheet }: TouchFit,
): Promise<FrameFit & { frame: string }> {
  const seen: ArrayLike<number>[] = []
  const known: ArrayLike<number>[] = []
  const [cosine, sine] = [Math.cos(sheet.yawRad), Math.sin(sheet.yawRad)]
  for (const { name, xM, yM } of touchPoints) {
    await dialog.confirm(`Put the object’s middle on point ${name} and take your hand away`)
    seen.push(await eye.look())
    const x = sheet.xM + cosine * xM - sine * yM
    const y = sheet.yM + sine * xM + cosine * yM
    known.push([x, y, sheet.zM + eye.middleM])
  }
  return { frame: eye.frame, ...fitFrame(seen, known) }
}
