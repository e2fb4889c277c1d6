import { createActorRunner } from '../../policy/runtime/actor-runner.ts'
import { ServoBusDriver } from '../../robot/bus/drivers/servo-bus-driver.ts'
import { twinServosOf } from '../../robot/bus/twin/twin-servos.ts'
import { createVirtualTwin } from '../../robot/bus/twin/twin-virtual.ts'
import { nominalCalibration } from '../../robot/calibration/calibration.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { Control } from '../../robot/io/control.schema.ts'
import type { ObjectMeasurement } from '../../robot/io/observation.ts'
import { createControlSpec, goalSize, observationSize, sightOf } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { EventClock } from '../../robot/model/clock.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { taskOnArm } from '../../sim/tasks/resolve-task.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import { checkDeployable } from '../deploy/check-deployable.ts'
import { ControlLoop } from '../deploy/control-loop.ts'
import type { DeployConfig } from '../deploy/deploy.schema.ts'
import { createRecordTap } from '../recording/record-tap.ts'
import type { MessageSink } from '../recording/topics.ts'
import { createIdlePolicy } from './bench-inference.ts'
import { IdealPlant } from './ideal-plant.ts'

export interface LoopBenchOptions {
  readonly arm: ArmDescription
  readonly task: TaskConfig
  readonly config: DeployConfig
  readonly clock: EventClock
  readonly durationS: number
  /** Get all that the loop does, as in a deployment. */
  readonly sinks?: readonly MessageSink[]
  readonly signal: AbortSignal
}

export interface LoopBenchResult {
  readonly rateHz: number
  /** How late the loop wakes up after its deadlines [s]. */
  readonly jitterP50S: number
  readonly jitterP99S: number
  /** Deadlines that had passed before the cycle before them was over. */
  readonly missed: number
  /** … of all [0..1]. */
  readonly missedShare: number
  /** How long it ran: shorter than asked for when it was interrupted [s]. */
  readonly seconds: number
  readonly inference: { readonly p50S: number; readonly p99S: number }
  readonly policySteps: number
}

/**
 * Runs the control loop of a deployment against an emulated bus in the same process, whose bytes take their
 * time and whose joints have no mechanics: what is late here is this machine's doing. The policy is of the
 * usual size and commands no movement.
 */
export async function benchLoop(options: LoopBenchOptions): Promise<LoopBenchResult> {
  const { arm, task, config, clock, durationS } = options
  const onArm = taskOnArm(task, arm.name)
  const model = compileControlled(arm, onArm.control)
  const spec = createControlSpec(model, onArm.control)
  checkDeployable({ name: 'bench loop', spec, task })
  const servoJoints = arm.joints.filter((joint) => joint.servo !== undefined)
  const rest = servoJoints.map((joint) => arm.poses.rest[joint.name] ?? 0)
  const { transport } = await createVirtualTwin({
    ...twinServosOf(arm),
    plant: new IdealPlant(rest, clock.now()),
    clock,
    random: new RandomStream(1),
  })
  const runner = createActorRunner(
    createIdlePolicy(observationSize(spec), spec.actionNames.length),
    1,
  )
  const ending = new AbortController()
  const loop = new ControlLoop({
    driver: new ServoBusDriver({ arm, calibration: nominalCalibration(arm), transport, clock }),
    arm,
    model,
    spec,
    policy: { stateSize: runner.stateSize, step: (o, s, out) => runner.step(o, s, out) },
    clock,
    config,
    ...stillScene(onArm.control),
    episodeS: onArm.episodeS,
    thresholdM: task.success.mainThresholdM,
    speed: 1,
    isShadow: false,
    signal: AbortSignal.any([options.signal, ending.signal]),
  })
  const { sinks = [] } = options
  if (sinks.length > 0) {
    const jointNames = servoJoints.map((joint) => joint.name)
    const epochOffsetS = (performance.timeOrigin + performance.now()) / 1000 - clock.now()
    loop.tap = createRecordTap({ sinks, jointNames, epochOffsetS, frame: arm.baseLink })
  }
  await loop.open()
  const running = loop.run()
  await loop.started
  const beganS = clock.now()
  clock.schedule(clock.now() + durationS, () => ending.abort())
  const { steps } = await running
  const seconds = clock.now() - beganS
  const { loop: timing, inference } = loop.statistics.summary(spec.control.setpointRateHz)
  const missedShare = timing.missed / (seconds * timing.rateHz)
  return { ...timing, missedShare, seconds, inference, policySteps: steps }
}

/** Objects and a goal that stay where they are. */
function stillScene(control: Control) {
  const object = {
    read(_timeS: number, out: ObjectMeasurement) {
      Object.assign(out, { xM: 0.25, yM: 0.1, zM: 0, yawRad: 0, ageS: 0.03, isFresh: true })
    },
    rejected: {},
  }
  const goal = new Float64Array(goalSize(control))
  goal.set([0.25, -0.1])
  return {
    objects: sightOf(control).objects.map(() => object),
    goal: { goal, version: 1 },
    requests: { takeReset: () => false, isStopped: false },
  }
}
