import { CodedError } from '../../configs/load/coded-error.ts'
import { listConfigs } from '../../configs/load/load.node.ts'
import { type ArmCalibration, nominalCalibration } from '../../robot/calibration/calibration.ts'
import { loadCalibration } from '../../robot/calibration/load-calibration.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { loadArmDescription } from '../../robot/model/load-arm.node.ts'
import { createMotorUnits, type MotorUnits, type Units } from './motor-units.ts'
import type { Dataset } from './read-dataset.node.ts'

/** How a dataset is to be read, whatever it says itself. */
export interface DatasetMeaning {
  /** File with the joint zeros of the arm that it was recorded on; default: as our export says, else the nominal ones. */
  readonly calibration: string | undefined
  /** Default: as our export says, else as LeRobot writes the arm. */
  readonly units: Units | undefined
}

/**
 * What a dataset's numbers mean in joint angles of an arm.
 *
 * @throws BRIDGE_DATASET_INVALID when it is of another arm, or a joint has no servo; ROBOT_CALIBRATION_MISSING,
 * ROBOT_CALIBRATION_INVALID
 */
export function unitsOfDataset(
  dataset: Dataset,
  arm: ArmDescription,
  { calibration: file, units }: DatasetMeaning,
): MotorUnits {
  checkArm(dataset, arm)
  const { joints, origin } = dataset
  const calibration = file === undefined ? calibrationOf(dataset, arm) : loadCalibration(file, arm)
  return createMotorUnits(arm, calibration, joints, units ?? origin?.units)
}

function calibrationOf({ folder, origin }: Dataset, arm: ArmDescription): ArmCalibration {
  const joints = origin?.calibration ?? null
  return joints === null ? nominalCalibration(arm) : { origin: folder, joints }
}

/** Joints of another arm may have the same names, but neither its zeros nor its lengths. */
function checkArm({ folder, origin, robotType }: Dataset, arm: ArmDescription): void {
  const other = origin === null ? otherArm(robotType, arm) : origin.arm
  if (other === undefined || other === arm.name) return
  const message = `dataset ${folder} is of the arm ${other} (robot_type "${robotType}"), not of ${arm.name}`
  throw new CodedError('BRIDGE_DATASET_INVALID', message, {
    hint: `read it with --arm ${other}, train on it with a config of ${other}; an arm of your own says under bus.lerobot what LeRobot calls it`,
  })
}

/** The shipped arm that LeRobot means by a name, where that is not `arm`; undefined for names that nobody here knows. */
function otherArm(robotType: string, arm: ArmDescription): string | undefined {
  const isMeant = (each: ArmDescription) => namesOf(each).includes(plainName(robotType))
  if (isMeant(arm)) return undefined
  return listConfigs('arms').find((name) => isMeant(loadArmDescription(name)))
}

const namesOf = ({ bus, name }: ArmDescription): string[] =>
  [name, bus?.lerobot?.robotType ?? name].map(plainName)

/** LeRobot's older datasets name arms without this. */
const plainName = (robotType: string): string => robotType.replace(/_follower$/, '')
