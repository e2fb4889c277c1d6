import { CodedError } from '../../configs/load/coded-error.ts'
import { controllerMismatch } from './controller-errors.ts'
import type { CommanderOptions } from './joint-commander.ts'
import { readParameters } from './parameters.ts'

/** Its node was found when the controller was; not every one answers [s]. */
const ANSWER_S = 0.5

const PARTIAL = 'allow_partial_joints_goal'

/**
 * Makes sure that a controller which tells its joints moves these, and takes set-points for these alone: on its topic
 * it would drop others without a word. Throws ROBOT_CONTROLLER_MISMATCH.
 */
export async function checkJoints(
  controller: string,
  { clock, joints, node }: Pick<CommanderOptions, 'clock' | 'joints' | 'node'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = { clock, timeoutS: ANSWER_S, signal }
  const ask = async (name: string) => {
    const [value] = await readParameters(node, controller, [name], options).catch(notAnswered)
    return value
  }
  const found = await ask('joints')
  if (!Array.isArray(found)) return
  const others = { wanted: joints, found: found as readonly string[] }
  if (!joints.every((name) => found.includes(name))) throw controllerMismatch(controller, others)
  if (found.length === joints.length || (await ask(PARTIAL)) !== false) return
  throw controllerMismatch(controller, { ...others, hint: `set ${PARTIAL}: true there` })
}

function notAnswered(error: unknown): [undefined] {
  if (error instanceof CodedError && error.code === 'BRIDGE_ROS_SILENT') return [undefined]
  throw error
}
