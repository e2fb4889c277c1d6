import { CodedError } from '../../configs/load/coded-error.ts'

/** Something of a controller that was waited for did not come. */
export function controllerSilent(what: string, hint: string): CodedError {
  return new CodedError('ROBOT_CONTROLLER_SILENT', what, { hint })
}

export function controllerFault(what: string): CodedError {
  return new CodedError('ROBOT_CONTROLLER_FAULT', what, {
    hint: 'ros2 control list_controllers; look at the log of the controller manager',
  })
}

const RENAME = 'name the joints in ros.jointNames of the deploy config as ROS 2 does'

/** @param found - joints that the controller has */
export function controllerMismatch(
  controller: string,
  { found, hint = RENAME, wanted }: { wanted: Names; found: Names; hint?: string },
): CodedError {
  return new CodedError(
    'ROBOT_CONTROLLER_MISMATCH',
    `${controller} moves ${found.join(', ')}; expected ${wanted.join(', ')}`,
    { hint },
  )
}

type Names = readonly string[]
