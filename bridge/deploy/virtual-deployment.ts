import type { ArmDriver } from '../../robot/bus/arm-driver.ts'
import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ControlSpec } from '../../robot/io/spec.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { RandomStream } from '../../robot/model/random.ts'
import { VirtualClock } from '../../robot/model/virtual-clock.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { createVirtualRosArm } from '../ros/twin/virtual-ros-arm.ts'
import { awaitRest } from './await-rest.ts'
import { ControlLoop } from './control-loop.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { createJitteredClock } from './jittered-clock.ts'
import type { LoopTap } from './loop-tap.ts'
import { measuredJudgement } from './measured-judgement.ts'
import { Referee, type RefereeVerdict } from './referee.ts'
import type { Stepper } from './sources.ts'
import { createStaging } from './staging.ts'
import { createVirtualSerialArm } from './virtual-serial-arm.ts'

const HOST_STREAM = 3
/** Pause between two episodes, in which the referee moves the object [s]. */
const PAUSE_S = 0.2
/** An arm without torque falls, and lies before anybody switches it on; at most so long [s]. */
const MOST_FALL_S = 5

export interface VirtualDeploymentOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  readonly task: TaskConfig
  readonly spec: ControlSpec
  readonly config: DeployConfig
  readonly policy: Stepper
  readonly episodes: number
  /** Number of the first episode. */
  readonly firstEpisode: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly createTap?: (driver: ArmDriver) => LoopTap
  readonly onVerdict?: (verdict: RefereeVerdict) => void
  /** Gets how often each safety rule stepped in, also where a fault ends the run. */
  readonly onInterventions?: (interventions: Interventions) => void
}

type Interventions = Readonly<Record<string, number>>

export interface VirtualDeploymentResult {
  readonly verdicts: readonly RefereeVerdict[]
  readonly interventions: Interventions
  readonly steps: number
  /** Virtual time that passed [s]. */
  readonly simulatedS: number
}

/**
 * The deployment loop, driver, wire protocol (a servo bus, or ROS 2 for an arm without one) and emulated arm in one
 * process on virtual time: the same code as on a real port, many times faster, and repeatable bit for bit.
 */
export async function runVirtualDeployment(
  options: VirtualDeploymentOptions,
): Promise<VirtualDeploymentResult> {
  const { arm, reality, task, seed } = options
  const clock = new VirtualClock()
  const createArm = arm.bus === undefined ? createVirtualRosArm : createVirtualSerialArm
  const { setpointRateHz } = options.spec.control
  const staging = createStaging(task, arm)
  const { onArm } = staging
  const virtual = await createArm({
    arm,
    reality,
    task: onArm,
    clock,
    seed,
    config: options.config,
    periodS: 1 / setpointRateHz,
  })
  const { velocityRadPerS } = virtual.plant
  const model = compileControlled(arm, options.spec.control)
  const referee = new Referee({
    plant: virtual.plant,
    staging,
    task,
    clock,
    seed,
    advance: () => virtual.advance(),
    announce: (goal) => virtual.announce(goal),
  })
  const ending = new AbortController()
  const loop = new ControlLoop({
    driver: virtual.driver,
    arm,
    model,
    spec: options.spec,
    policy: options.policy,
    clock: createJitteredClock(clock, reality.host, new RandomStream(seed, HOST_STREAM)),
    config: options.config,
    objects: virtual.objects,
    goal: virtual.goal,
    requests: virtual.requests,
    ...(staging.hasStart && { toolStart: onArm.toolStart }),
    episodeS: onArm.episodeS,
    judge: measuredJudgement(staging, model),
    thresholdM: task.success.mainThresholdM,
    // It judges by itself, a moment later than the referee, and ends then.
    episodes: options.episodes,
    speed: 1,
    isShadow: false,
    heldQ: arm.poses.rest,
    signal: AbortSignal.any([options.signal, ending.signal]),
  })
  loop.tap = options.createTap?.(virtual.driver)
  const verdicts: RefereeVerdict[] = []
  try {
    virtual.start()
    const report = await clock.run(async () => {
      await awaitRest({ isHeld: true, velocityRadPerS }, clock, options.signal, MOST_FALL_S)
      await loop.open()
      const running = loop.run()
      const judging = (async () => {
        await clock.sleepUntil(clock.now() + PAUSE_S)
        await loop.started
        for (let i = 0; i < options.episodes && !options.signal.aborted; i++) {
          const verdict = await referee.episode(options.firstEpisode + i, options.signal)
          verdicts.push(verdict)
          options.onVerdict?.(verdict)
        }
        await clock.sleepUntil(clock.now() + PAUSE_S)
        ending.abort()
      })()
      const [result] = await Promise.all([running, judging])
      return result
    })
    return {
      verdicts,
      interventions: loop.port.filter.interventions,
      steps: report.steps,
      simulatedS: clock.now(),
    }
  } finally {
    options.onInterventions?.(loop.port.filter.interventions)
    virtual.dispose()
  }
}
