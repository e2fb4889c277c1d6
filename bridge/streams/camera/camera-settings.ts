import type { SensorDescription } from '../../../robot/sensors/sensor.schema.ts'

/** What the page looks for: served to it as `camera.json`. */
export interface CameraSettings {
  readonly tagId: number
  /** Height of the object's tag over the table [m]. */
  readonly topM: number
  /** The sheet in the arm's base [m], [rad]. */
  readonly sheet: { readonly xM: number; readonly yM: number; readonly yawRad: number }
  /** Frame of the poses that it sends. */
  readonly frame: string
}

/** Where the page sends what it sees. */
export const CAMERA_TOPIC = '/object/pose'

/** For somebody to open the page, allow the camera and turn it to the table, and for the page to load [s]. */
export const CAMERA_PATIENCE_S = 60

/** The puck of the pushing tasks [m]. */
const PUCK_TOP_M = 0.036

/**
 * @param frame - a name of the arm's base
 * @param objectTopM - height of the task's object over the table [m]; left out: the puck's
 */
export function cameraSettings(
  sensor: SensorDescription | undefined,
  frame: string,
  objectTopM = PUCK_TOP_M,
): CameraSettings {
  const described = sensor?.camera
  return {
    tagId: described?.tagId ?? 0,
    topM: described?.topM ?? objectTopM,
    sheet: described?.sheet ?? { xM: 0.25, yM: 0, yawRad: 0 },
    frame,
  }
}
