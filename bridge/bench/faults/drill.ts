import { asCodedError } from '../../../configs/load/coded-error.ts'
import type { ArmDriver } from '../../../robot/bus/arm-driver.ts'
import { scheduleFaults } from '../../../robot/bus/twin/fault-schedule.ts'
import { parkPose } from '../../../robot/model/park-pose.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import type { Reality } from '../../../sim/world/reality.ts'
import { ControlLoop } from '../../deploy/control-loop.ts'
import type { DeployConfig } from '../../deploy/deploy.schema.ts'
import { GoalHolder, ObjectTracker } from '../../deploy/object-tracker.ts'
import type { TaskActor } from '../../deploy/task-actor.ts'
import type { TwinWorld } from '../../deploy/twin-world.ts'
import { createVirtualBus } from '../../deploy/virtual-bus.ts'
import { createRecordTap } from '../../recording/record-tap.ts'
import type { DrillFault } from './kinds.ts'
import { MemoryRecording } from './memory-recording.ts'
import { TruthWatch } from './watch.ts'

export const PHASES = ['connect', 'enable', 'approach', 'episode', 'stop', 'park'] as const
export type Phase = (typeof PHASES)[number]

const EPISODE_S = 2.5
/** How long the arm is watched after run and fault are over [s]; from its middle on it must be at rest. */
const AFTER_S = 2
/** An arm at rest moves less than this in a second [rad]. */
const REST_RAD = 0.05
/** Released farther than this from its park pose, an arm drops [rad]. */
const PARKED_RAD = 0.3
const JUMP_M = 0.2

export interface DrillOptions {
  readonly actor: TaskActor
  readonly reality: Reality
  readonly config: DeployConfig
  readonly seed: number
  /** What goes wrong, and when; nothing when left out. */
  readonly fault?: DrillFault
  readonly atS?: number
}

export interface DrillResult {
  /** When each phase began that was reached, and when the run was over [s]. */
  readonly begins: Readonly<Partial<Record<Phase | 'end', number>>>
  readonly exitCode: number
  /** Code of the error that ended it, or how it ended. */
  readonly end: string
  readonly outsideRad: number
  readonly clearanceM: number
  readonly hasLain: boolean
  /** Torque was taken off an arm that was not parked. */
  readonly isDropped: boolean
  /** The arm went on moving after the run. */
  readonly isRestless: boolean
  readonly isRecorded: boolean
}

/**
 * One deployment on virtual time, from the parked arm to the parked arm: connect, enable, slow way to the start,
 * an episode, stop, park; and what the truth of the mechanics says about it.
 */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const { actor, config, fault, reality, seed } = options
  const { arm } = actor
  const clock = new VirtualClock()
  const camera = { fault: undefined as DrillFault['camera'] }
  const object = new ObjectTracker()
  const { bus, driver, transport, world } = await createVirtualBus({
    ...{ arm, reality, clock, seed },
    onCameraFrame({ stampS, position }) {
      if (camera.fault === 'lost') return
      const jumpM = camera.fault === 'jumping' ? JUMP_M : 0
      object.accept(stampS, position[0], position[1] + jumpM, clock.now())
    },
  })
  try {
    const { tool } = config.softStart
    world.plant.placeObject(tool.xM + 0.02, tool.yM - 0.05, 0)
    const watched = watchDriver(driver, world, actor)
    const recording = new MemoryRecording()
    const { begins, run } = createDeployment(options, { clock, object, watched, recording })
    const truth = new TruthWatch(arm, world.plant)
    truth.begin(clock, world.advance)
    world.camera.start()
    if (fault !== undefined) {
      const cable = { unplug: () => transport.unplug(), replug: () => transport.replug() }
      const faults = fault.twin.map((each) => ({ ...each, atS: options.atS!, forS: fault.forS }))
      scheduleFaults(faults, { bus, ...cable }, clock)
      clock.schedule(options.atS!, () => {
        camera.fault = fault.camera
      })
      clock.schedule(options.atS! + Math.min(fault.forS, 1e6), () => {
        camera.fault = undefined
      })
    }
    const { end, exitCode } = await clock.run(run)
    begins.end = clock.now()
    const faultEndS = fault === undefined ? 0 : options.atS! + fault.forS
    // A gear that was jammed lets go of what lay on it.
    if (Number.isFinite(faultEndS)) await clock.advanceTo(Math.max(clock.now(), faultEndS))
    const isRestless = await isMoving(world, clock)
    truth.stop()
    const { clearanceM, hasLain, outsideRad } = truth
    const isRecorded = await recording.isWhole()
    const { isDropped } = watched
    return {
      ...{ begins, end, exitCode, outsideRad, clearanceM, hasLain },
      ...{ isDropped, isRestless, isRecorded },
    }
  } finally {
    world.dispose()
  }
}

type Begins = Partial<Record<Phase | 'end', number>>

interface WatchedDriver {
  readonly driver: ArmDriver
  isDropped: boolean
  onEnable: () => void
  onEnabled: () => void
}

interface Parts {
  readonly clock: VirtualClock
  readonly object: ObjectTracker
  readonly watched: WatchedDriver
  readonly recording: MemoryRecording
}

/** The loop as `deploy --episodes 1 --park` runs it. */
function createDeployment(
  { actor, config, seed }: DrillOptions,
  { clock, object, watched, recording }: Parts,
) {
  const begins: Begins = { connect: 0 }
  const mark = (phase: Phase) => {
    begins[phase] = clock.now()
  }
  const { arm, model, spec } = actor
  const goal = new GoalHolder()
  const { tool } = config.softStart
  goal.set(tool.xM, tool.yM + 0.08)
  const loop = new ControlLoop({
    ...{ driver: watched.driver, arm, model, spec, clock, goal, objects: [object] },
    config,
    policy: actor.createStepper(seed),
    requests: { isStopped: false, takeReset: () => false },
    episodeS: EPISODE_S,
    thresholdM: actor.task.success.mainThresholdM,
    episodes: 1,
    speed: 1,
    isShadow: false,
    heldQ: arm.poses.rest,
    signal: new AbortController().signal,
  })
  const { jointNames } = watched.driver
  const tap = createRecordTap({ sinks: [recording], jointNames, epochOffsetS: 1e9, frame: 'base' })
  loop.tap = {
    ...tap,
    episode(result) {
      tap.episode(result)
      mark('stop')
    },
  }
  watched.onEnable = () => mark('enable')
  watched.onEnabled = () => mark('approach')
  loop.started.then(
    () => mark('episode'),
    () => {},
  )
  const run = async (): Promise<{ end: string; exitCode: number }> => {
    try {
      await loop.open()
      try {
        const { end } = await loop.run()
        mark('park')
        await loop.park()
        return { end, exitCode: 0 }
      } finally {
        await watched.driver.close()
      }
    } catch (error) {
      const coded = asCodedError(error)
      return { end: coded?.line ?? String(error), exitCode: coded?.exitCode ?? 1 }
    }
  }
  return { begins, run }
}

/** Notes when the arm is enabled, and whether it is released elsewhere than in its park pose. */
function watchDriver(driver: ArmDriver, { plant }: TwinWorld, { arm, model }: TaskActor) {
  const watched: WatchedDriver = {
    isDropped: false,
    onEnable: () => {},
    onEnabled: () => {},
    driver: {
      name: driver.name,
      jointNames: driver.jointNames,
      ...(driver.calibrated && { calibrated: driver.calibrated }),
      open: (signal) => driver.open(signal),
      async enable(torqueShare) {
        watched.onEnable()
        await driver.enable(torqueShare)
        watched.onEnabled()
      },
      read: (out) => driver.read(out),
      write: (goalRad) => driver.write(goalRad),
      limitTorque: (share) => driver.limitTorque(share),
      disable() {
        const { jointNames } = plant.model
        const parkedQ = parkPose(arm, model.jointNames)
        watched.isDropped ||= model.jointNames.some((name, k) => {
          const q = plant.state.q[jointNames.indexOf(name)]!
          return Math.abs(q - parkedQ[k]!) > PARKED_RAD
        })
        return driver.disable()
      },
      close: () => driver.close(),
    },
  }
  return watched
}

/** Whether the arm still moves, half of the time after the run. */
async function isMoving({ plant }: TwinWorld, clock: VirtualClock): Promise<boolean> {
  await clock.advanceTo(clock.now() + AFTER_S / 2)
  const before = plant.state.q.slice()
  await clock.advanceTo(clock.now() + AFTER_S / 2)
  const far = plant.state.q.map((q, i) => Math.abs(q - before[i]!))
  return Math.max(...far) > (REST_RAD * AFTER_S) / 2
}
