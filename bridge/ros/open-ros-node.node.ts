import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { RosNode } from './graph.ts'
import { parameterisedConfig } from './parameterised-config.ts'
import { openRclnodejsGraph } from './rclnodejs-graph.node.ts'
import { requireRos } from './require-ros.ts'
import { type RosConfig, rosSchema } from './ros.schema.ts'

/** This process as one node of ROS 2. */
export interface OpenRosNode {
  readonly node: RosNode
  readonly config: RosConfig
  close(): void
}

/** The node of a deployment on an arm behind ROS 2. Throws BRIDGE_ROS_MISSING, BRIDGE_USAGE. */
export function openRosNode(
  config: DeployConfig,
  rosArgs: readonly string[],
): Promise<OpenRosNode> {
  return open(requireRos(config), rosArgs)
}

/** The node of a deployment on another arm, whose config may say nothing of ROS. */
export function openCitizenNode(
  config: DeployConfig,
  rosArgs: readonly string[],
): Promise<OpenRosNode> {
  const nobody = { kind: 'jointTrajectory', controller: 'joint_trajectory_controller' }
  return open(config.ros ?? rosSchema.parse({ command: nobody }), rosArgs)
}

async function open(config: RosConfig, rosArgs: readonly string[]): Promise<OpenRosNode> {
  const graph = await openRclnodejsGraph(rosArgs)
  try {
    const node = graph.createNode({ name: config.node })
    return { node, config: parameterisedConfig(config, node), close: () => graph.close() }
  } catch (error) {
    graph.close()
    throw error
  }
}
