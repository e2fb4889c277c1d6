import type { EventClock } from '../../robot/model/clock.ts'
import type { RosNode } from '../ros/graph.ts'
import type { RosConfig } from '../ros/ros.schema.ts'
import { RosDriver } from '../ros/ros-driver.ts'
import { type DeploymentOptions, type DeploymentReport, runDeployment } from './deployment.node.ts'

export interface RosDeploymentOptions extends DeploymentOptions {
  readonly ros: { readonly node: RosNode; readonly config: RosConfig }
  /** Default: the machine's. */
  readonly clock?: EventClock
}

/**
 * Runs a policy on an arm behind ros2_control, real or emulated. Nobody stands guard: when this process dies its
 * set-points end, and the controller holds the last one.
 */
export function runRosDeployment(options: RosDeploymentOptions): Promise<DeploymentReport> {
  const { actor, clock: given, ros } = options
  const periodS = 1 / actor.spec.control.setpointRateHz
  return runDeployment(options, {
    createDriver: (clock) => new RosDriver({ ...ros, arm: actor.arm, clock, periodS }),
    ...(given && { clock: given }),
    ros: { ...ros, isPublishingArm: false },
  })
}
