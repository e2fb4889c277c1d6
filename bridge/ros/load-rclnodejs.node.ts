import { CodedError } from '../../configs/load/coded-error.ts'
import { loadOptional } from '../../configs/load/load-optional.node.ts'
import type { Rclnodejs } from './rclnodejs-module.ts'

/** The version whose behaviour the bridge was written against. */
export const RCLNODEJS_VERSION = '2.2.0'

/** Environment that tells whether ROS 2 is sourced. */
export type RosEnvironment = Readonly<Record<string, string | undefined>>

/** Whether the shell that started this process had sourced a ROS 2. */
export function isRosSourced(environment: RosEnvironment): boolean {
  return Boolean(environment['ROS_DISTRO']) && Boolean(environment['AMENT_PREFIX_PATH'])
}

/**
 * rclnodejs, once it is safe to import it. Its native part loads at import: in a shell where ROS is not sourced the
 * import starts a rebuild that deletes a working one, so the environment is asked first. Its handler of SIGINT shuts
 * all nodes down, before an arm could be told to hold: it is taken out at once.
 *
 * @param importModule - for tests
 * @throws BRIDGE_ROS_MISSING
 */
export async function loadRclnodejs(
  environment: RosEnvironment = process.env,
  importModule: () => Promise<unknown> = () => loadOptional('rclnodejs'),
): Promise<Rclnodejs> {
  if (!isRosSourced(environment)) {
    throw missing(
      'no ROS 2 is sourced in this shell',
      'source /opt/ros/jazzy/setup.bash; or use rosbridge:// sensors, which need no ROS here',
    )
  }
  const module = await importModule().catch((cause: unknown) => {
    throw missing(
      `rclnodejs cannot be loaded: ${firstLine(cause)}`,
      `npm install --save-prod rclnodejs@${RCLNODEJS_VERSION} in this shell, where ROS 2 is sourced`,
      cause,
    )
  })
  const rcl = ((module as { default?: unknown }).default ?? module) as Rclnodejs
  if (typeof rcl.init !== 'function' || typeof rcl.removeSignalHandlers !== 'function') {
    throw missing(
      'the installed rclnodejs is of another kind',
      `npm install --save-prod rclnodejs@${RCLNODEJS_VERSION}`,
    )
  }
  rcl.removeSignalHandlers()
  return rcl
}

function missing(message: string, hint: string, cause?: unknown): CodedError {
  return new CodedError('BRIDGE_ROS_MISSING', message, { hint, cause })
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
}
