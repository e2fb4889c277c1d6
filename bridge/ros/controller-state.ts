import { CodedError } from '../../configs/load/coded-error.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import { controllerSilent } from './controller-errors.ts'
import type { RosClient, RosNode } from './graph.ts'
import type { ServiceTypes } from './interfaces.ts'
import type { RosConfig } from './ros.schema.ts'

const LIST = 'controller_manager_msgs/srv/ListControllers'
/** Who has been found by then is asked; not everybody has a controller manager [s]. */
const FIND_S = 1
const ANSWER_S = 2
const ACTIVE = 'active'

export interface CheckOptions {
  readonly node: RosNode
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/**
 * Makes sure that a controller that the controller manager knows is active: one that is not listens all the same, and
 * drops what it hears.
 *
 * @throws ROBOT_CONTROLLER_SILENT
 */
export async function checkController(
  { command, controllerManager }: Pick<RosConfig, 'command' | 'controllerManager'>,
  { clock, node, signal }: CheckOptions,
): Promise<void> {
  if (controllerManager === '') return
  const client = openClient(node, `${controllerManager}/list_controllers`)
  if (client === undefined) return
  try {
    const isFound = await becomesReady(client, clock, signal)
    if (!isFound) return
    const { controller: known } = await client.call({}, ANSWER_S)
    const own = known.find(({ name }) => name === command.controller.split('/').at(-1))
    if (own === undefined || own.state === ACTIVE) return
    throw controllerSilent(
      `${command.controller} is ${own.state}`,
      `ros2 control switch_controllers --activate ${command.controller}`,
    )
  } finally {
    client.close()
  }
}

/** Undefined where the message types of ros2_control are not installed: nobody answers there either. */
function openClient(node: RosNode, name: string): RosClient<ServiceTypes[typeof LIST]> | undefined {
  try {
    return node.client(LIST, name)
  } catch (error) {
    if (error instanceof CodedError) throw error
    return undefined
  }
}

async function becomesReady(
  client: RosClient<ServiceTypes[typeof LIST]>,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const notThere = new Error('no controller manager')
  const options = { clock, timeoutS: FIND_S, signal, failure: () => notThere }
  return waitUntil(() => client.isReady, options).then(
    () => true,
    (error: unknown) => {
      if (error === notThere) return false
      throw error
    },
  )
}
