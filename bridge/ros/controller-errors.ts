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

/** @param found - joints that the controller has */
export function controllerMismatch(
  controller: string,
  wanted: readonly string[],
  found: readonly string[],
): CodedError {
  return new CodedError(
    'ROBOT_CONTROLLER_MISMATCH',
    `${controller} moves ${found.join(', ')}; expected ${wanted.join(', ')}`,
    { hint: 'name the joints in ros.jointNames of the deploy config as ROS 2 does' },
  )
}
