import type { ArmDescription, JointDescription } from '../../robot/model/arm.schema.ts'
import {
  multiplyQuaternions,
  quaternionFromAxisAngle,
  quaternionFromRpy,
  rotate,
} from '../../robot/model/pose.ts'
import { writeUrdf } from '../../robot/model/urdf/write-urdf.ts'
import type { LoopTap } from '../deploy/loop-tap.ts'
import { stampOf } from '../recording/ros-values.ts'
import type { RosNode } from './graph.ts'
import type { TransformStamped } from './interfaces.ts'
import { COMMAND_QOS, LATCHED_QOS, TF_QOS } from './qos.ts'
import type { RosConfig } from './ros.schema.ts'

export interface ArmPublisherOptions {
  readonly node: RosNode
  readonly arm: ArmDescription
  readonly config: RosConfig
  /** Of the driver, in its order. */
  readonly jointNames: readonly string[]
  /** Time of the loop [s]. */
  readonly now: () => number
}

/**
 * What joint_state_broadcaster and robot_state_publisher tell of an arm behind ros2_control, for one that is not:
 * /joint_states, /tf and a latched /robot_description. Efforts are shares of full load.
 */
export function createArmPublisher(options: ArmPublisherOptions): LoopTap {
  const { node, arm, config, jointNames, now } = options
  const states = node.publisher('sensor_msgs/msg/JointState', config.jointStates, COMMAND_QOS)
  const tf = node.publisher('tf2_msgs/msg/TFMessage', '/tf', TF_QOS)
  node
    .publisher('std_msgs/msg/String', 'robot_description', LATCHED_QOS)
    .publish({ data: writeUrdf(arm) })
  const isDue = { states: every(config.publish.jointStatesHz), tf: every(config.publish.tfHz) }
  const name = jointNames.map((each) => config.jointNames[each] ?? each)
  return {
    cycle({ reading, timeS }) {
      const stamp = stampOf(node.now() - (now() - reading.stampS))
      if (isDue.states(timeS)) {
        states.publish({
          header: { stamp, frame_id: '' },
          name,
          position: Array.from(reading.positionRad),
          velocity: Array.from(reading.velocityRadPerS),
          effort: Array.from(reading.load),
        })
      }
      if (!isDue.tf(timeS)) return
      const q = new Map(jointNames.map((each, i) => [each, reading.positionRad[i]!]))
      const transforms = arm.joints.map((joint) => transformOf(joint, positionOf(joint, q)))
      tf.publish({
        transforms: transforms.map((each) => ({
          ...each,
          header: { ...each.header, stamp },
        })),
      })
    },
    policyStep() {},
    episode() {},
  }
}

/** Where a joint is: measured, or where the joint that it follows puts it, or at zero. */
function positionOf({ name, mimic }: JointDescription, q: ReadonlyMap<string, number>): number {
  const own = q.get(name)
  if (own !== undefined) return own
  return mimic === undefined ? 0 : (q.get(mimic.joint) ?? 0) * mimic.multiplier + mimic.offset
}

/** A joint's link in its parent link. @param q - [rad or m] */
export function transformOf(joint: JointDescription, q: number): TransformStamped {
  const { axis, link, origin, parent, type } = joint
  const [x, y, z] = origin.xyzM
  const fixed = new Float64Array(4)
  const turn = Float64Array.of(0, 0, 0, 1)
  const rotation = new Float64Array(4)
  const shift = new Float64Array(3)
  quaternionFromRpy(origin.rpyRad, fixed)
  const length = Math.hypot(...axis)
  const unit = axis.map((each) => each / length)
  if (type === 'revolute') quaternionFromAxisAngle(unit, q, turn)
  else rotate(fixed, unit, shift)
  multiplyQuaternions(fixed, turn, rotation)
  const far = type === 'revolute' ? 0 : q
  return {
    header: { stamp: { sec: 0, nanosec: 0 }, frame_id: parent },
    child_frame_id: link,
    transform: {
      translation: {
        x: x + far * shift[0]!,
        y: y + far * shift[1]!,
        z: z + far * shift[2]!,
      },
      rotation: { x: rotation[0]!, y: rotation[1]!, z: rotation[2]!, w: rotation[3]! },
    },
  }
}

/** True at most so many times a second. */
function every(rateHz: number): (timeS: number) => boolean {
  let lastS = Number.NEGATIVE_INFINITY
  return (timeS) => {
    if (timeS - lastS < 1 / rateHz - 1e-6) return false
    lastS = timeS
    return true
  }
}
