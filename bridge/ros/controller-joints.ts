import { CodedError } from '../../configs/load/coded-error.ts'
import { controllerMismatch } from './controller-errors.ts'
import type { CommanderOptions } from './joint-commander.ts'
import { readParameters } from './parameters.ts'

/** Its node was found when the controller was; not every one answers [s]. */
const ANSWER_S = 0.5

/**
 * Makes sure that a controller which tells its joints moves these: on its topic it would drop set-points for others
 * without a word. Throws ROBOT_CONTROLLER_MISMATCH.
 */
export async function checkJoints(
  controller: string,
  { clock, joints, node }: Pick<CommanderOptions, 'clock' | 'joints' | 'node'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { clock, timeoutS: ANSWER_S, signal }
  const [found] = await readParameters(node, controller, ['joints'], options).catch(notAnswered)
  if (!Array.isArray(found) || joints.every((name) => found.includes(name))) return
  throw controllerMismatch(controller, joints, found as readonly string[])
}

function notAnswered(error: unknown): [undefined] {
  if (error instanceof CodedError && error.code === 'BRIDGE_ROS_SILENT') return [undefined]
  throw error
}
