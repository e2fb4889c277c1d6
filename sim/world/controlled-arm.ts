import {
  createMeasurement,
  type ObjectMeasurement,
  writeObservation,
} from '../../robot/io/observation.ts'
import { SetpointTrack } from '../../robot/io/setpoint-track.ts'
import { type ControlSpec, sightOf } from '../../robot/io/spec.ts'
import { ToolController } from '../../robot/io/tool-controller.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import { yawOf } from '../../robot/model/pose.ts'
import type { RandomStream } from '../../robot/model/random.ts'
import {
  type ObjectSensorSpec,
  type ObjectTruth,
  SimulatedObjectSensor,
} from '../../robot/sensors/object-pose-sensor.ts'
import { Occlusion } from '../../robot/sensors/occlusion.ts'
import type { ArmState, Disturbance, ObjectState, Physics } from '../engines/engine.ts'
import type { Draw } from '../randomization/draw.ts'
import { createPhysics } from '../randomization/draw-physics.ts'
import type { TaskOnArm } from '../tasks/task.schema.ts'
import { copyValues } from './copy-values.ts'
import { GoalRamp } from './goal-ramp.ts'
import { JointHistory } from './joint-history.ts'
import { RandomPushes } from './random-pushes.ts'

/**
 * One arm of a world, seen from its controller: command delay, firmware ramp, encoder, object sensor. It
 * has its own event clock; commands take effect and frames are captured between the physics steps' policy
 * instants.
 */
export class ControlledArm {
  readonly controller: ToolController
  readonly physics: Physics
  readonly draw: Draw
  /** What the encoders say [numJoints], [rad]. */
  readonly measuredQ: Float64Array
  /** Set-point in the arm's true joint coordinates, after ramp and zero offset [numJoints], [rad]. */
  readonly target: Float64Array
  /** What the sensors say of the objects that the policy is told of. */
  readonly objects: readonly ObjectMeasurement[]
  /** Which of the task's objects each of them is. */
  readonly seenObjects: readonly number[]

  private readonly task: TaskOnArm
  private readonly track: SetpointTrack
  private readonly tracked: Float64Array
  private readonly ramp: GoalRamp
  private readonly sensors: readonly SimulatedObjectSensor[]
  private readonly seesPose: readonly boolean[]
  private readonly occlusion: Occlusion
  private readonly truth: ObjectTruth = { xM: 0, yM: 0, zM: 0, yawRad: 0 }
  private readonly sensorSpec: ObjectSensorSpec
  private readonly pushes: RandomPushes
  /** Of encoders that tell late; else empty. */
  private readonly history: JointHistory
  private readonly toldQ: Float64Array
  private noise: RandomStream

  constructor(model: ArmModel, task: TaskOnArm, draw: Draw, noise: RandomStream) {
    const n = model.numJoints
    this.task = task
    this.draw = draw
    this.noise = noise
    this.controller = new ToolController(model, task.control.action)
    this.physics = createPhysics(model, task)
    this.measuredQ = new Float64Array(n)
    this.target = new Float64Array(n)
    this.history = new JointHistory(n)
    this.toldQ = new Float64Array(n)
    this.tracked = new Float64Array(n)
    this.ramp = new GoalRamp(model)
    this.track = new SetpointTrack(n, 1 / task.control.policyRateHz)
    const { objects } = sightOf(task.control)
    this.seenObjects = objects.map(({ name }, k) => indexOfObject(task, name, k))
    this.objects = objects.map(createMeasurement)
    this.seesPose = objects.map(({ height, yawSymmetry }) => height || yawSymmetry > 0)
    this.occlusion = new Occlusion(model, task.objectSensor.cameraM)
    this.sensors = this.seesPose.map((seesPose) => new SimulatedObjectSensor(seesPose))
    this.pushes = new RandomPushes(task.objects.length, 1 / task.control.policyRateHz)
    this.sensorSpec = {
      rateHz: 1,
      delayS: 0,
      delayJitter: 0,
      noiseM: 0,
      biasXM: 0,
      biasYM: 0,
      biasZM: 0,
      noiseYawRad: 0,
      driftM: 0,
      driftS: 1,
      biasYawRad: 0,
      dropsPerS: 0,
      dropDurationS: task.objectSensor.dropDurationS,
    }
  }

  /** Begins an episode at `state`, with the present `draw`; `noise` feeds sensors and jitter from here on. */
  reset(state: ArmState, timeS: number, noise: RandomStream): void {
    this.noise = noise
    this.readSensorSpec()
    this.pushes.reset()
    this.history.clear()
    this.remember(state, timeS)
    this.measure(state, timeS)
    this.controller.reset(this.measuredQ)
    const { commandDelayS, commandJitterS } = this.draw.values
    const latestS = commandDelayS[0]! + commandJitterS[0]!
    this.track.reset(this.controller.setpoint, timeS, latestS)
    this.ramp.reset(this.controller.setpoint)
    this.updateTarget(timeS, 0)
    for (let k = 0; k < this.sensors.length; k++) {
      const truth = this.lookAt(state.objects[this.seenObjects[k]!]!, this.seesPose[k]!)
      this.sensors[k]!.reset(this.sensorSpec, timeS, truth, noise, this.objects[k]!)
    }
  }

  /** The policy's action at `timeS`; it reaches the servos after the drawn delay. */
  command(actions: Float32Array, offset: number, timeS: number): void {
    const { commandDelayS, commandJitterS, commandDrop } = this.draw.values
    this.controller.step(actions, offset, this.measuredQ)
    if (commandDrop[0]! > 0 && this.noise.uniform() < commandDrop[0]!) return
    const delay = commandDelayS[0]! + commandJitterS[0]! * this.noise.uniform()
    this.track.push(this.controller.setpoint, timeS + delay)
  }

  /** Draws the next period's pushes; undefined while nothing changes. */
  push(): Disturbance | undefined {
    const { draw, noise, physics, pushes } = this
    return pushes.next(draw.values, physics, noise) ? pushes.disturbance : undefined
  }

  /** Updates `target` for the physics step that ends at `timeS`. */
  updateTarget(timeS: number, timestepS: number): void {
    const { tracked, ramp, target } = this
    const zero = this.draw.values.zeroOffsetRad
    this.track.at(timeS, tracked)
    ramp.advance(tracked, timestepS)
    for (let i = 0; i < target.length; i++) target[i] = ramp.goal[i]! - zero[i]!
  }

  /** Lets the sensors see the world at `timeS`. */
  sense(state: ArmState, timeS: number): void {
    this.remember(state, timeS)
    const radius = this.draw.values.occlusionRadiusM[0]!
    for (let k = 0; k < this.sensors.length; k++) {
      const sensor = this.sensors[k]!
      if (!sensor.isDue(timeS)) continue
      const object = state.objects[this.seenObjects[k]!]!
      const isHidden = this.occlusion.hides(state, object.position, radius)
      const truth = this.lookAt(object, this.seesPose[k]!)
      sensor.advance(this.sensorSpec, timeS, truth, isHidden, this.noise)
    }
  }

  /** Reads encoders and the newest object frame at a policy instant. */
  observe(state: ArmState, timeS: number): void {
    this.measure(state, timeS)
    this.controller.measure(this.measuredQ)
    for (let k = 0; k < this.sensors.length; k++) {
      this.sensors[k]!.deliver(timeS, this.objects[k]!)
    }
  }

  writeObservation(spec: ControlSpec, goal: Float64Array, out: Float32Array, offset: number): void {
    writeObservation(spec, this.controller, this.measuredQ, this.objects, goal, out, offset)
  }

  save() {
    const { controller, draw, physics, measuredQ, target, objects, noise } = this
    const { track, ramp, sensors, pushes, history } = this
    return {
      ...structuredClone({ draw, physics, measuredQ, target, objects }),
      controller: controller.save(),
      track: track.save(),
      ramp: ramp.save(),
      sensors: sensors.map((sensor) => sensor.save()),
      pushes: pushes.save(),
      history: history.save(),
      noise: noise.save(),
    }
  }

  /** Becomes the arm that was saved. */
  restore(saved: ReturnType<ControlledArm['save']>): void {
    const { draw, physics, measuredQ, target, objects } = saved
    copyValues(
      { draw, physics, measuredQ, target, objects },
      this as Pick<ControlledArm, 'draw' | 'physics' | 'measuredQ' | 'target' | 'objects'>,
    )
    this.readSensorSpec()
    this.controller.restore(saved.controller)
    this.track.restore(saved.track)
    this.ramp.restore(saved.ramp)
    for (let k = 0; k < this.sensors.length; k++) this.sensors[k]!.restore(saved.sensors[k]!)
    this.pushes.restore(saved.pushes)
    this.history.restore(saved.history)
    this.noise.restore(saved.noise)
  }

  private lookAt({ position, quaternion }: ObjectState, seesPose: boolean): ObjectTruth {
    const { truth } = this
    truth.xM = position[0]!
    truth.yM = position[1]!
    truth.zM = position[2]!
    if (seesPose) truth.yawRad = yawOf(quaternion)
    return truth
  }

  private remember({ q }: ArmState, timeS: number): void {
    if (this.draw.values.jointDelayS[0]! > 0) this.history.add(timeS, q)
  }

  private measure(state: ArmState, timeS: number): void {
    const { zeroOffsetRad, jointDelayS, jointNoiseRad } = this.draw.values
    const delayS = jointDelayS[0]!
    if (delayS > 0) this.history.at(timeS - delayS, this.toldQ)
    const told = delayS > 0 ? this.toldQ : state.q
    const sigma = jointNoiseRad[0]!
    const step = this.task.encoderStepRad
    for (let i = 0; i < this.measuredQ.length; i++) {
      const noise = sigma > 0 ? sigma * this.noise.normal() : 0
      const value = told[i]! + zeroOffsetRad[i]! + noise
      this.measuredQ[i] = step > 0 ? Math.round(value / step) * step : value
    }
  }

  private readSensorSpec(): void {
    const v = this.draw.values
    const spec = this.sensorSpec
    spec.rateHz = v.objectRateHz[0]!
    spec.delayS = v.objectDelayS[0]!
    spec.delayJitter = v.objectDelayJitter[0]!
    spec.noiseM = v.objectNoiseM[0]!
    spec.biasXM = v.objectBiasXM[0]!
    spec.biasYM = v.objectBiasYM[0]!
    spec.biasZM = v.objectBiasZM[0]!
    spec.noiseYawRad = v.objectNoiseYawRad[0]!
    spec.biasYawRad = v.objectBiasYawRad[0]!
    spec.driftM = v.objectDriftM[0]!
    spec.driftS = v.objectDriftS[0]!
    spec.dropsPerS = v.objectDropsPerS[0]!
  }
}

/** An object of the task by the name under which the policy is told of it; alone it needs none. */
function indexOfObject(task: TaskOnArm, name: string, fallback: number): number {
  const found = task.objects.findIndex((object) => object.name === name)
  return found < 0 ? fallback : found
}
