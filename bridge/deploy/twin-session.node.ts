import { type ScheduledFault, scheduleFaults } from '../../robot/bus/twin/fault-schedule.ts'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { TaskConfig } from '../../sim/tasks/task.schema.ts'
import type { Reality } from '../../sim/world/reality.ts'
import { epochNow } from '../streams/epoch-now.ts'
import type { Stream } from '../streams/stream.ts'
import { awaitRest } from './await-rest.ts'
import { raisePriority } from './raise-priority.node.ts'
import { Referee, type RefereeVerdict } from './referee.ts'
import { createStaging, type Staging } from './staging.ts'
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
  raisePriority()
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
  try {
    device.plug()
    const cable = { unplug: () => device.unplug(), replug: () => device.plug() }
    scheduleFaults(options.faults ?? [], { bus: device.bus, ...cable }, clock)
    world.camera.start()
    options.onReady(device.path)
    if (options.episodes > 0) {
      await arrangeEpisodes(options, { world, device, clock, staging, ended, verdicts, topics })
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

interface RunningTwin {
  readonly world: Awaited<ReturnType<typeof createTwinWorld>>
  readonly device: TwinDevice
  readonly clock: RealClock
  readonly staging: Staging
  readonly ended: AbortSignal
  readonly verdicts: RefereeVerdict[]
  readonly topics: TwinTopics
}

async function arrangeEpisodes(options: TwinSessionOptions, twin: RunningTwin): Promise<void> {
  const { seed, task } = options
  const { clock, device, ended, staging, topics, verdicts, world } = twin
  const { plant, servos } = device.bus
  const held = {
    get isHeld() {
      return servos.every((servo) => servo.isTorqueOn)
    },
    velocityRadPerS: plant.velocityRadPerS,
  }
  const referee = new Referee({
    plant: world.plant,
    staging,
    task,
    clock,
    seed,
    advance: world.advance,
    announce: (goal) => topics.announce(clock.now(), goal, world.plant),
  })
  await awaitRest(held, clock, ended)
  for (let episode = 0; episode < options.episodes; episode++) {
    const verdict = await referee.episode(episode, ended)
    verdicts.push(verdict)
    options.onVerdict(verdict)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
