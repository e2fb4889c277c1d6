import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { asTransform, jointState, MESSAGE_TYPE, poseStamped } from '../streams/messages.ts'
import type { Stream } from '../streams/stream.ts'
import { objectTopic } from './object-topic.ts'
import type { CameraFrame } from './twin-object-camera.ts'

/** What a twin publishes, and nobody else. */
export const twinTopics = (objects: readonly TwinObject[]): string[] => [
  ...objects.map((_, index) => objectTopic(objects, index)),
  '/joint_states',
  '/tf',
]

type TwinObject = { readonly name: string }

const BASE_FRAME = 'base_link'
/** Of the first object; others are called as they are. */
const OBJECT_FRAME = 'object'

/** What an emulated set-up of servos tells the world, as ROS messages. */
export class TwinTopics {
  private readonly stream: Pick<Stream, 'publish'>
  private readonly jointNames: readonly string[]
  private readonly objects: readonly TwinObject[]
  private readonly toEpoch: (timeS: number) => number

  /**
   * @param objects - of the task, in its order
   * @param toEpoch - from the set-up's clock to seconds since 1970
   */
  constructor(
    stream: Pick<Stream, 'publish'>,
    arm: ArmDescription,
    objects: readonly TwinObject[],
    toEpoch: (timeS: number) => number,
  ) {
    this.stream = stream
    this.objects = objects
    this.jointNames = arm.joints
      .filter((joint) => joint.servo !== undefined)
      .map((joint) => joint.name)
    this.toEpoch = toEpoch
  }

  object({ object, stampS, position, quaternion }: CameraFrame): void {
    const pose = poseStamped(this.toEpoch(stampS), BASE_FRAME, position, quaternion)
    const frame = object === 0 ? OBJECT_FRAME : this.objects[object]!.name
    this.stream.publish(objectTopic(this.objects, object), MESSAGE_TYPE.poseStamped, pose)
    this.stream.publish('/tf', MESSAGE_TYPE.tf, { transforms: [asTransform(pose, frame)] })
  }

  joints(timeS: number, { positionRad, velocityRadPerS }: MujocoPlant): void {
    const state = jointState(this.toEpoch(timeS), this.jointNames, positionRad, velocityRadPerS)
    this.stream.publish('/joint_states', MESSAGE_TYPE.jointState, state)
  }

  /** A goal [m], at the object's height where it has none, then that an episode begins. */
  announce(timeS: number, goal: Float64Array, plant: MujocoPlant): void {
    const height = goal[2] ?? plant.objectPose().position[2]!
    const pose = poseStamped(this.toEpoch(timeS), BASE_FRAME, [goal[0]!, goal[1]!, height])
    this.stream.publish('/goal/pose', MESSAGE_TYPE.poseStamped, pose)
    this.stream.publish('/reset', MESSAGE_TYPE.empty, {})
  }
}
