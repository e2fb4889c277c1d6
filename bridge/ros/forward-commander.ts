import { CommandTopic } from './command-topic.ts'
import { controllerMismatch, controllerSilent } from './controller-errors.ts'
import type { CommanderOptions, JointCommander } from './joint-commander.ts'
import { readParameters } from './parameters.ts'

/**
 * Set-points to a forward_command_controller, which knows neither time-out nor interpolation: it passes on the last
 * position for ever. A wrong order would move wrong joints, so its own parameter says it, unless the config does.
 */
export function createForwardCommander(
  {
    controller,
    joints: given,
  }: { readonly controller: string; readonly joints?: readonly string[] | undefined },
  options: CommanderOptions,
): JointCommander {
  const { joints } = options
  const topic = new CommandTopic(
    'std_msgs/msg/Float64MultiArray',
    `${controller}/commands`,
    options,
  )
  let places: readonly number[] = []
  return {
    async open(signal) {
      const order = given ?? (await askOrder(controller, options, signal))
      const isSame = order.length === joints.length && joints.every((name) => order.includes(name))
      if (!isSame) throw controllerMismatch(controller, { wanted: joints, found: order })
      places = order.map((name) => joints.indexOf(name))
      await topic.open(signal)
    },
    send: (goal) => topic.send(() => ({ data: places.map((place) => goal[place]!) })),
    close: () => topic.close(),
  }
}

async function askOrder(
  controller: string,
  { clock, node, waitS }: CommanderOptions,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const options = { clock, timeoutS: waitS, signal }
  const [joints] = await readParameters(node, controller, ['joints'], options)
  if (Array.isArray(joints)) return joints as readonly string[]
  throw controllerSilent(
    `${controller} has no parameter joints`,
    'name its joints, in its order, in ros.command.joints of the deploy config',
  )
}
