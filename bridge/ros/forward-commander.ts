import { controllerMismatch, controllerSilent, waitUntil } from './controller-errors.ts'
import type { RosPublisher } from './graph.ts'
import type { MessageTypes } from './interfaces.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'
import { readParameters } from './parameters.ts'
import { COMMAND_QOS } from './qos.ts'
import { nobodyListens } from './trajectory-commander.ts'

type Commands = MessageTypes['std_msgs/msg/Float64MultiArray']

/**
 * Set-points to a forward_command_controller, which knows neither time-out nor interpolation: it passes on the last
 * position for ever. A wrong order would move wrong joints, so its own parameter says it, unless the config does.
 */
export function createForwardCommander(
  {
    controller,
    joints: given,
  }: { readonly controller: string; readonly joints?: readonly string[] | undefined },
  { node, clock, joints, waitS }: CommanderOptions,
): JointCommander {
  const topic = `/${controller}/commands`
  let publisher: RosPublisher<Commands> | undefined
  let places: readonly number[] = []
  return {
    async open(signal) {
      const order = given ?? (await askOrder(node, controller, waitS))
      const isSame = order.length === joints.length && joints.every((name) => order.includes(name))
      if (!isSame) throw controllerMismatch(controller, joints, order)
      places = order.map((name) => joints.indexOf(name))
      const opened = node.publisher('std_msgs/msg/Float64MultiArray', topic, COMMAND_QOS)
      publisher = opened
      await waitUntil(() => opened.numMatched > 0, {
        clock,
        timeoutS: waitS,
        signal,
        failure: () => nobodyListens(topic),
      })
    },
    send(goal) {
      if (publisher === undefined || publisher.numMatched === 0) throw nobodyListens(topic)
      publisher.publish({ data: places.map((place) => goal[place]!) })
    },
    close: () => publisher?.close(),
  }
}

async function askOrder(
  node: CommanderOptions['node'],
  controller: string,
  waitS: number,
): Promise<readonly string[]> {
  const [joints] = await readParameters(node, controller, ['joints'], waitS)
  if (Array.isArray(joints)) return joints as readonly string[]
  throw controllerSilent(
    `${controller} has no parameter joints`,
    'name its joints, in its order, in ros.command.joints of the deploy config',
  )
}
