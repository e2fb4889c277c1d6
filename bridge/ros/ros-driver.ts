import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver, ArmReading } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { waitUntil } from '../../robot/model/wait-until.ts'
import { JointStates } from '../streams/joint-states.ts'
import { controllerSilent } from './controller-errors.ts'
import { checkController } from './controller-state.ts'
import type { RosNode } from './graph.ts'
import { createGripperCommander, type GripperCommander } from './gripper-commander.ts'
import { createCommander, type JointCommander } from './joint-commander.ts'
import { SENSOR_QOS } from './qos.ts'
import type { RosConfig } from './ros.schema.ts'

export interface RosDriverOptions {
  readonly arm: ArmDescription
  readonly config: RosConfig
  readonly node: RosNode
  readonly clock: Clock
  /** Between two set-points [s]. */
  readonly periodS: number
}

/**
 * An arm behind ros2_control: states from a topic, set-points to a controller, a gripper by its action. It owns no
 * torque: enabling begins with a set-point where the arm is, and the controllers hold when no more come. Without fresh
 * joint states it sends nothing new; when they stay away reading fails, whatever else may be heard.
 */
export class RosDriver implements ArmDriver {
  readonly name: string
  readonly jointNames: readonly string[]
  /** Set-points kept back because the joint states were too old. */
  numWithheld = 0
  readonly #options: RosDriverOptions
  readonly #states: JointStates
  readonly #commander: JointCommander
  readonly #gripper: GripperCommander | undefined
  readonly #numArmJoints: number
  /** Effort of full load, per joint [Nm or N]. */
  readonly #fullEffort: readonly number[]
  readonly #reading: ArmReading
  #isEnabled = false
  #isClosed = false

  constructor(options: RosDriverOptions) {
    const { arm, clock, config, node, periodS } = options
    const { gripper, jointStates, jointNames, staleness, waitS } = config
    const armJoints = arm.joints.filter(({ group }) => group === 'arm')
    const gripperJoint = arm.joints.find(({ name }) => name === gripper?.joint)
    if (gripper !== undefined && gripperJoint === undefined) {
      throw new CodedError('ROBOT_ARM_INVALID', `${arm.name} has no joint ${gripper.joint}`, {
        hint: 'change ros.gripper.joint in the deploy config',
      })
    }
    const joints = [...armJoints, ...(gripperJoint === undefined ? [] : [gripperJoint])]
    const inRos = (name: string) => jointNames[name] ?? name
    this.#options = options
    this.name = arm.name
    this.jointNames = joints.map(({ name }) => name)
    this.#numArmJoints = armJoints.length
    this.#reading = createReading(joints.length)
    this.#fullEffort = joints.map(({ actuator }) => actuator.stallTorqueNm)
    this.#states = new JointStates({
      subscribe: (onState) =>
        node.subscribe('sensor_msgs/msg/JointState', jointStates, SENSOR_QOS, onState),
      clock,
      ageOf: (stampS) => node.now() - stampS,
      names: this.jointNames.map(inRos),
      ...staleness,
    })
    const names = armJoints.map(({ name }) => inRos(name))
    this.#commander = createCommander(config.command, {
      node,
      clock,
      joints: names,
      periodS,
      waitS,
    })
    this.#gripper =
      gripper &&
      createGripperCommander(gripper, { node, clock, joint: inRos(gripper.joint), waitS })
  }

  /** Joint states that were not believed, by reason, and set-points kept back. */
  get statistics(): Readonly<Record<string, number>> {
    return { ...this.#states.rejected, withheld: this.numWithheld }
  }

  async open(signal?: AbortSignal): Promise<void> {
    const { clock, config, node } = this.#options
    await waitUntil(() => this.#states.ageS <= config.staleness.holdS, {
      clock,
      timeoutS: config.waitS,
      signal,
      failure: () => this.#noStates(),
    })
    await this.#commander.open(signal)
    await checkController(config, { node, clock, signal })
    await this.#gripper?.open(signal)
  }

  async enable(): Promise<void> {
    await this.read(this.#reading)
    this.#isEnabled = true
    await this.write(this.#reading.positionRad)
  }

  async read(out: ArmReading): Promise<void> {
    if (this.#states.ageS > this.#options.config.staleness.lostS) throw this.#noStates()
    this.#read(out)
  }

  async write(goalRad: Float64Array): Promise<boolean> {
    if (!this.#isEnabled || this.#isClosed) return false
    const index = goalRad.findIndex((goal) => !Number.isFinite(goal))
    if (index >= 0) {
      // ROS would carry it to the controller without a word.
      const message = `the goal of ${this.jointNames[index]} is ${goalRad[index]}`
      throw new CodedError('ROBOT_ARM_INVALID', message)
    }
    if (this.#states.ageS > this.#options.config.staleness.holdS) {
      this.numWithheld++
      return false
    }
    this.#read(this.#reading)
    const measured = this.#reading.positionRad.subarray(0, this.#numArmJoints)
    this.#commander.send(goalRad.subarray(0, this.#numArmJoints), measured)
    this.#gripper?.send(goalRad[this.#numArmJoints]!)
    return true
  }

  /** Controllers of positions know no such limit: giving in is done by where the set-points are. */
  async limitTorque(): Promise<void> {}

  /** The controllers go on holding: nothing in ROS says torque off for every arm. */
  async disable(): Promise<void> {
    this.#isEnabled = false
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#commander.close()
    this.#gripper?.close()
    this.#states.close()
  }

  #read(out: ArmReading): void {
    const { effort, position, velocity } = this.#states
    out.positionRad.set(position)
    out.velocityRadPerS.set(velocity)
    out.voltageV.fill(0)
    out.temperatureC.fill(0)
    for (let i = 0; i < position.length; i++) {
      out.load[i] = effort[i]! / this.#fullEffort[i]!
      out.ageS[i] = this.#states.ageOf(i)
    }
    out.stampS = this.#options.clock.now() - this.#states.ageS
  }

  #noStates(): CodedError {
    const { config, node } = this.#options
    if (node.now() === 0) {
      const hint = 'start what publishes it, or leave out use_sim_time'
      return controllerSilent('use_sim_time is set and nobody publishes /clock', hint)
    }
    const { missing, rejected, lastStampAgeS } = this.#states
    const topic = node.resolve(config.jointStates)
    const publishers = node.publishersOf(config.jointStates)
    if (publishers.length === 0) {
      const hint = 'is joint_state_broadcaster active, and ROS_DOMAIN_ID the same?'
      return controllerSilent(`nobody publishes ${topic}`, hint)
    }
    if (publishers.every(({ type }) => type !== 'sensor_msgs/msg/JointState')) {
      const hint = 'change ros.jointStates in the deploy config'
      return controllerSilent(`${topic} carries ${publishers[0]!.type}`, hint)
    }
    if (rejected.old + rejected.future > 0) {
      const off = `${Math.abs(lastStampAgeS).toFixed(2)} s ${lastStampAgeS > 0 ? 'old' : 'ahead'}`
      return controllerSilent(
        `joint states on ${topic} are ${off}`,
        'synchronise the clocks; in simulation --ros-args -p use_sim_time:=true',
      )
    }
    if (missing.length > 0) {
      const names = missing.join(', ')
      const hint = 'name the joints in ros.jointNames of the deploy config as ROS 2 does'
      return controllerSilent(`${topic} does not tell ${names}`, hint)
    }
    return controllerSilent(
      `no joint states on ${topic} any more`,
      'look at the controller manager',
    )
  }
}
