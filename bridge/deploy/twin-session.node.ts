import { type ScheduledFault, scheduleFaults } from '../../robot/bus/twin/fault-schedule.ts'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { epochNow } from '../streams/epoch-now.ts'
import type { Stream } from '../streams/stream.ts'
import { arrangeEpisodes } from './arrange-episodes.ts'
import { raisePriority } from './raise-priority.node.ts'
import type { RefereeVerdict } from './referee.ts'
import { createStaging } from './staging.ts'
import { TwinTopics } from './twin-topics.ts'
import { createTwinWorld, type TwinWorldOptions, twinBusOptions } from './twin-world.ts'

const JOINT_STATE_RATE_HZ = 30

export interface TwinSessionOptions {
  readonly arm: ArmDescription
  readonly reality: Reality
  readonly task: TaskConfig
  readonly seed: number
  /** What goes wrong, and when after the arm has appeared. */
  readonly faults?: readonly ScheduledFault[]
  readonly linkPath?: string
  /** Where the twin publishes; `/reset` and `/emergency_stop` that come in are others' business. */
  readonly stream: Stream
  /** Episodes that the twin sets up and judges by itself; 0 leaves object and goal to others. */
  readonly episodes: number
  readonly signal: AbortSignal
  readonly onReady: (port: string) => void
  readonly onVerdict: (verdict: RefereeVerdict) => void
}

/**
 * An emulated arm in real time: a serial device with the servo protocol, and its camera on a stream. Runs
 * until `signal` aborts; resolves with what the referee saw.
 */
export async function runTwinSession(
  options: TwinSessionOptions,
): Promise<readonly RefereeVerdict[]> {
  const { arm, reality, seed, signal, stream } = options
  await raisePriority()
  const clock = new RealClock()
  // Takes a good part of a second: before the mechanics begin, which otherwise have to catch up with the first client
  // waiting.
  const staging = createStaging(options.task, arm)
  const { onArm } = staging
  const toEpoch = (timeS: number) => epochNow() - (clock.now() - timeS)
  const topics = new TwinTopics(stream, arm, onArm.objects, toEpoch)
  const worldOptions: TwinWorldOptions = {
    arm,
    reality,
    task: onArm,
    clock,
    seed,
    onCameraFrame: (frame) => topics.object(frame),
  }
  const world = await createTwinWorld(worldOptions)
  const failure = new AbortController()
  const device = new TwinDevice({
    ...twinBusOptions(worldOptions, world),
    ...(options.linkPath !== undefined && { linkPath: options.linkPath }),
    onError: (error) => failure.abort(error),
  })
  world.attach(device.bus)
  const ended = AbortSignal.any([signal, failure.signal])
  const jointTimer = setInterval(
    () => topics.joints(clock.now(), world.plant),
    1000 / JOINT_STATE_RATE_HZ,
  )
  const verdicts: RefereeVerdict[] = []
  const onVerdict = (verdict: RefereeVerdict) => {
    verdicts.push(verdict)
    options.onVerdict(verdict)
  }
  try {
    device.plug()
    const cable = { unplug: () => device.unplug(), replug: () => device.plug() }
    scheduleFaults(options.faults ?? [], { bus: device.bus, ...cable }, clock)
    world.camera.start()
    options.onReady(device.path)
    if (options.episodes > 0) {
      const { advance, plant } = world
      const { servos } = device.bus
      await arrangeEpisodes({
        ...{ advance, clock, plant, seed, staging, task: options.task },
        isHeld: () => servos.every((servo) => servo.isTorqueOn),
        announce: (goal) => topics.announce(clock.now(), goal, plant),
        ...{ episodes: options.episodes, signal: ended, onVerdict },
      })
    }
    await aborted(ended)
    if (failure.signal.aborted) throw failure.signal.reason
    return verdicts
  } catch (error) {
    if (signal.aborted) return verdicts
    throw error
  } finally {
    clearInterval(jointTimer)
    device.close()
    world.dispose()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
