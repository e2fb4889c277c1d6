import type { ArmDescription } from '../../../robot/model/arm.schema.ts'
import type { EventClock } from '../../../robot/model/clock.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import type { TaskConfig } from '../../../sim/tasks/task.schema.ts'
import type { Reality } from '../../../sim/world/reality.ts'
import { arrangeEpisodes } from '../../deploy/arrange-episodes.ts'
import { raisePriority } from '../../deploy/raise-priority.node.ts'
import type { RefereeVerdict } from '../../deploy/referee.ts'
import { createStaging } from '../../deploy/staging.ts'
import { createTwinWorld } from '../../deploy/twin-world.ts'
import type { RosGraph } from '../graph.ts'
import type { RosConfig } from '../ros.schema.ts'
import { RosTwin } from './ros-twin.ts'

export interface RosTwinSessionOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  readonly task: TaskConfig
  readonly seed: number
  /** Closed by its owner. */
  readonly graph: RosGraph
  readonly config: RosConfig
  /** Episodes that the twin sets up and judges by itself; 0 leaves object and goal to others. */
  readonly episodes: number
  readonly signal: AbortSignal
  /** Default: the machine's. */
  readonly clock?: EventClock
  /** @param node - name of the twin's node */
  readonly onReady: (node: string) => void
  readonly onVerdict: (verdict: RefereeVerdict) => void
}

/** An emulated arm behind ROS 2, until `signal` aborts; resolves with what its referee saw. */
export async function runRosTwinSession(
  options: RosTwinSessionOptions,
): Promise<readonly RefereeVerdict[]> {
  const { arm, episodes, graph, config, seed, signal, task } = options
  await raisePriority()
  const clock = options.clock ?? new RealClock()
  const staging = createStaging(task, arm)
  const { objects } = staging.onArm
  let twin: RosTwin | undefined
  const world = await createTwinWorld({
    ...{ arm, seed, clock },
    reality: options.reality,
    task: staging.onArm,
    onCameraFrame: (frame) => twin?.publishObject(frame),
  })
  const running = new RosTwin({ arm, plant: world.plant, graph, clock, config, objects })
  twin = running
  world.attach(running)
  const verdicts: RefereeVerdict[] = []
  const onVerdict = (verdict: RefereeVerdict) => {
    verdicts.push(verdict)
    options.onVerdict(verdict)
  }
  try {
    running.start()
    world.camera.start()
    options.onReady(running.node.name)
    if (episodes > 0) {
      const { advance, plant } = world
      await arrangeEpisodes({
        ...{ advance, clock, plant, seed, staging, task },
        isHeld: () => running.isHeld,
        announce: (goal) => running.announce(goal),
        ...{ episodes, signal, onVerdict },
      })
    }
    await aborted(signal)
    return verdicts
  } catch (error) {
    if (signal.aborted) return verdicts
    throw error
  } finally {
    running.close()
    world.dispose()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
