import { CodedError } from '../../../configs/load/coded-error.ts'
import type { RosNode } from '../graph.ts'
import { COMMAND_QOS } from '../qos.ts'
import type { RosConfig } from '../ros.schema.ts'
import type { TrajectoryController } from './trajectory-controller.ts'

/**
 * The interfaces of a controller at its own node: topic and action of a joint_trajectory_controller, or the commands
 * of a forward_command_controller; and its parameter `joints`.
 * @param onCommand - told whenever somebody commands
 */
export function serveController(
  node: RosNode,
  command: RosConfig['command'],
  controller: TrajectoryController,
  onCommand: () => void,
): void {
  if (command.kind === 'jointJog') {
    throw new CodedError('BRIDGE_USAGE', 'MoveIt Servo is not emulated', {
      hint: '--set ros.command.kind=jointTrajectory',
    })
  }
  if (command.kind === 'forwardCommand') {
    const joints = command.joints ?? controller.joints
    node.declareParameter('joints', joints)
    node.subscribe('std_msgs/msg/Float64MultiArray', '~/commands', COMMAND_QOS, ({ data }) => {
      // Values that are no numbers, or too few of them, are dropped (forward_controllers_base.cpp).
      if (data.length !== joints.length || !Array.from(data).every(Number.isFinite)) return
      onCommand()
      const positions = controller.joints.map((name) => data[joints.indexOf(name)]!)
      controller.hold(Float64Array.from(positions))
    })
    return
  }
  node.declareParameter('joints', controller.joints)
  node.subscribe(
    'trajectory_msgs/msg/JointTrajectory',
    '~/joint_trajectory',
    COMMAND_QOS,
    (trajectory) => {
      if (controller.follow(trajectory, node.now()) === null) onCommand()
    },
  )
  node.actionServer('control_msgs/action/FollowJointTrajectory', '~/follow_joint_trajectory', {
    request: (goal) => controller.wouldAccept(goal, node.now()),
    accepted: (goal) => {
      controller.pursue(goal)
      onCommand()
    },
    cancel: (goal) => controller.cancel(goal),
  })
}
