import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { asTransform, jointState, MESSAGE_TYPE, poseStamped } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'
import type { CameraFrame } from './twin-object-camera.ts'

/** What a twin publishes, and nobody else. */
export const TWIN_TOPICS = ['/object/pose', '/joint_states', '/tf'] as const

const BASE_FRAME = 'base_link'
const OBJECT_FRAME = 'object'

/** What an emulated set-up of servos tells the world, as ROS messages. */
export class TwinTopics {
  private readonly stream: Pick<Stream, 'publish'>
  private readonly jointNames: readonly string[]
  private readonly toEpoch: (timeS: number) => number

  /** @param toEpoch - from the set-up's clock to seconds since 1970 */
  constructor(
    stream: Pick<Stream, 'publish'>,
    arm: ArmDescription,
    toEpoch: (timeS: number) => number,
  ) {
    this.stream = stream
    this.jointNames = arm.joints
      .filter((joint) => joint.servo !== undefined)
      .map((joint) => joint.name)
    this.toEpoch = toEpoch
  }

  object({ stampS, position, quaternion }: CameraFrame): void {
    const pose = poseStamped(this.toEpoch(stampS), BASE_FRAME, position, quaternion)
    this.stream.publish('/object/pose', MESSAGE_TYPE.poseStamped, pose)
    this.stream.publish('/tf', MESSAGE_TYPE.tf, { transforms: [asTransform(pose, OBJECT_FRAME)] })
  }

  joints(timeS: number, { positionRad, velocityRadPerS }: MujocoPlant): void {
    const state = jointState(this.toEpoch(timeS), this.jointNames, positionRad, velocityRadPerS)
    this.stream.publish('/joint_states', MESSAGE_TYPE.jointState, state)
  }

  /** A goal x, y [m] at the object's height, then that an episode begins. */
  announce(timeS: number, goal: ArrayLike<number>, plant: MujocoPlant): void {
    const height = plant.objectPose().position[2]!
    const pose = poseStamped(this.toEpoch(timeS), BASE_FRAME, [goal[0]!, goal[1]!, height])
    this.stream.publish('/goal/pose', MESSAGE_TYPE.poseStamped, pose)
    this.stream.publish('/reset', MESSAGE_TYPE.empty, {})
  }
}
