import { z } from 'zod'
import { jointCalibrationSchema } from '../../robot/calibration/calibration.schema.ts'
import { UNITS } from './motor-units.ts'

/** What LeRobot's own files leave open about a dataset of ours: it is read back as it was written. */
export const datasetOriginSchema = z.strictObject({
  version: z.literal(1),
  arm: z.string(),
  units: z.enum(UNITS),
  /** Of the arm that was recorded, in the order of its servos; null where its own controllers know its zeros. */
  calibration: z.array(jointCalibrationSchema).nullable(),
})

export type DatasetOrigin = z.infer<typeof datasetOriginSchema>
