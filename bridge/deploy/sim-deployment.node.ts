import type { EventClock } from '../../robot/model/clock.ts'
import { PacedClock } from '../../robot/model/paced-clock.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { type DeploymentOptions, type DeploymentReport, runDeployment } from './deployment.node.ts'
import { Referee } from './referee.ts'
import { createSimulatedArm, type SimulatedArm } from './simulated-arm.ts'
import { createStaging } from './staging.ts'

export interface SimDeploymentOptions extends DeploymentOptions {
  readonly reality: Reality
  /** Time that the run goes no faster than; default: the machine's. */
  readonly pace?: EventClock
}

/**
 * Runs a policy on an arm that is emulated in this process: the same loop, safety filter, sensors and recording as on
 * one that is there, on a clock that waits where the machine is too slow. A referee puts the object somewhere for each
 * episode, and names a goal where none is fixed.
 */
export async function runSimDeployment(options: SimDeploymentOptions): Promise<DeploymentReport> {
  const { actor, config, reality, seed } = options
  const { arm, spec } = actor
  const clock = new PacedClock(options.pace ?? new RealClock())
  const periodS = 1 / spec.control.setpointRateHz
  const simulated = await createSimulatedArm({
    ...{ arm, reality, clock, seed, config, periodS },
    task: actor.onArm,
  })
  const ending = new AbortController()
  const failure = new AbortController()
  let refereeing: Promise<void> | undefined
  try {
    const referee = createReferee(options, simulated, clock)
    simulated.start()
    const report = await runDeployment(
      {
        ...options,
        signal: AbortSignal.any([options.signal, failure.signal]),
        onStarted() {
          options.onStarted?.()
          refereeing = setUpEpisodes(referee, ending.signal).catch((error) => failure.abort(error))
        },
      },
      {
        createDriver: () => simulated.driver,
        clock,
        sim: simulated,
      },
    )
    failure.signal.throwIfAborted()
    return report
  } finally {
    ending.abort()
    await refereeing
    clock.close()
    simulated.dispose()
  }
}

function createReferee(
  { actor, goal, seed }: SimDeploymentOptions,
  simulated: SimulatedArm,
  clock: PacedClock,
): Referee {
  const staging = createStaging(actor.task, actor.arm)
  return new Referee({
    plant: simulated.plant,
    staging,
    task: actor.task,
    clock,
    seed,
    ...(!('kind' in goal) && { goal }),
    advance: () => simulated.advance(),
    announce: (place) => simulated.announce(place),
  })
}

/** One after the other, until the run is over. */
async function setUpEpisodes(referee: Referee, signal: AbortSignal): Promise<void> {
  try {
    for (let episode = 0; ; episode++) await referee.episode(episode, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
