import { CodedError } from '../../configs/load/coded-error.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import type { RosConfig } from './ros.schema.ts'

/** How a deploy config reaches its arm through ROS 2. Throws BRIDGE_USAGE where it does not say. */
export function requireRos(config: DeployConfig): RosConfig {
  if (config.ros !== undefined) return config.ros
  throw new CodedError('BRIDGE_USAGE', `configs/deploy/${config.name}.yaml has no ros section`, {
    hint: 'add ros: {command: {kind: jointTrajectory, controller: joint_trajectory_controller}}',
  })
}
