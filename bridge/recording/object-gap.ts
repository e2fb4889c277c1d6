import { compileControlled } from '../../robot/io/compile-controlled.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import { yawOf } from '../../robot/model/pose.ts'
import { createObjectState, type Engine, type Physics } from '../../sim/engines/engine.ts'
import { createRapierEngine } from '../../sim/engines/rapier-engine.ts'
import type { ArmTrack } from '../../sim/identify/arm-track.ts'
import { nominalPhysics } from '../../sim/randomization/draw-physics.ts'
import { restOnTable } from '../../sim/scene/table.ts'
import { objectKinds } from '../../sim/tasks/resolve-task.ts'
import type { TaskOnArm } from '../../sim/tasks/task.schema.ts'
import { GoalRamp } from '../../sim/world/goal-ramp.ts'
import type { ObjectSight } from './object-track.ts'
import type { GapOptions } from './reality-gap.ts'

/** Time step of the simulated world [s]. */
const STEP_S = 0.004
/** In less nothing happens; whoever sets up an episode may need as long [s]. */
const SHORTEST_S = 1

export interface ObjectGapSample {
  readonly timeS: number
  /** x and y, base frame [m]. */
  readonly measured: readonly [number, number]
  readonly simulated: readonly [number, number]
  /** The simulated object has just been put where the measured one is. */
  readonly isFirst: boolean
}

/** Simulated minus measured place of the object, each window begun from what was measured. */
export interface ObjectGap {
  readonly windows: number
  /** Root of the mean square over all sights [m]. */
  readonly rmsM: number
  /** At the ends of the windows, mean [m]. */
  readonly endM: number
  /** How far the measured object came in a window, mean, for comparison [m]. */
  readonly movedM: number
  /** Turned at the ends of the windows, mean of amounts [rad]; null for an object that looks alike from all sides. */
  readonly endYawRad: number | null
  readonly samples: readonly ObjectGapSample[]
}

/**
 * Sends the recorded commands to arm and object as training knows them, without randomization, and compares where
 * the object came to. Null when it was hardly seen.
 *
 * @param onArm - task with a single object
 */
export async function measureObjectGap(
  track: ArmTrack,
  sights: readonly ObjectSight[],
  world: { readonly arm: ArmDescription; readonly onArm: TaskOnArm },
  options: GapOptions,
): Promise<ObjectGap | null> {
  const windows = windowsOf(sights, options.windowS)
  if (windows.length === 0) return null
  const { arm, onArm } = world
  const model = compileControlled(arm, onArm.control)
  const physics = nominalPhysics(model, onArm)
  const objects = objectKinds(onArm)
  const engine = await createRapierEngine({ arm: model, objects, count: 1, timestepS: STEP_S })
  try {
    const places = model.jointNames.map((name) => track.jointNames.indexOf(name))
    const replayed = new ReplayedWorld({
      engine,
      physics,
      track,
      places,
      ramp: new GoalRamp(model),
    })
    const runs = windows.map((window) => replayed.run(window, options.commandDelayS))
    return summarise(windows, runs, onArm.objects[0]!.kind !== 'cylinder')
  } finally {
    engine.dispose()
  }
}

interface Seen {
  readonly xM: number
  readonly yM: number
  readonly yawRad: number
}

/** Cuts sights where the object was put elsewhere, and what lasts longer into even parts of about `windowS`. */
function windowsOf(sights: readonly ObjectSight[], windowS: number): ObjectSight[][] {
  const stretches: ObjectSight[][] = []
  for (const sight of sights) {
    if (sight.isFirst || stretches.length === 0) stretches.push([])
    stretches.at(-1)!.push(sight)
  }
  return stretches
    .flatMap((stretch) => {
      const parts = Math.max(1, Math.round(durationS(stretch) / windowS))
      const each = Math.ceil(stretch.length / parts)
      return Array.from({ length: parts }, (_, k) => stretch.slice(k * each, (k + 1) * each))
    })
    .filter((window) => durationS(window) >= SHORTEST_S)
}

const durationS = (sights: readonly ObjectSight[]): number =>
  sights.at(-1)!.timeS - sights[0]!.timeS

interface ReplayedParts {
  readonly engine: Engine
  readonly physics: Physics
  readonly track: ArmTrack
  /** Where each joint of the engine stands in the track. */
  readonly places: readonly number[]
  readonly ramp: GoalRamp
}

class ReplayedWorld {
  private readonly parts: ReplayedParts
  private readonly target: Float64Array

  constructor(parts: ReplayedParts) {
    this.parts = parts
    this.target = new Float64Array(parts.places.length)
  }

  /** Where the simulated object is at each sight's time. */
  run(window: readonly ObjectSight[], delayS: number): Seen[] {
    const { engine, ramp, track } = this.parts
    let timeS = window[0]!.timeS
    let next = firstAfter(track.timeS, timeS - delayS)
    this.begin(window[0]!, Math.max(0, next - 1), firstAfter(track.timeS, timeS))
    return window.map((sight) => {
      while (timeS < sight.timeS - STEP_S / 2) {
        while (next < track.timeS.length && track.timeS[next]! + delayS <= timeS) this.aim(next++)
        ramp.advance(this.target, STEP_S)
        engine.setTarget(0, ramp.goal)
        engine.step()
        timeS += STEP_S
      }
      const { position, quaternion: q } = engine.state(0).objects[0]!
      return { xM: position[0]!, yM: position[1]!, yawRad: yawOf(q) }
    })
  }

  private begin({ xM, yM, yawRad }: ObjectSight, command: number, cycle: number): void {
    const { engine, physics, places, ramp, track } = this.parts
    const measured = track.measured[Math.min(cycle, track.measured.length - 1)]!
    const object = createObjectState()
    restOnTable(physics.table, physics.objects[0]!.shape.halfSizeM[2]!, xM, yM, yawRad, object)
    const q = Float64Array.from(places, (place) => measured[place]!)
    engine.reset(0, physics, { q, objects: [object] })
    this.aim(command)
    ramp.reset(this.target)
  }

  private aim(cycle: number): void {
    const { places, track } = this.parts
    for (const [i, place] of places.entries()) this.target[i] = track.command[cycle]![place]!
  }
}

/** Index of the first time after `timeS`. */
function firstAfter(times: Float64Array, timeS: number): number {
  const index = times.findIndex((each) => each > timeS)
  return index < 0 ? times.length : index
}

function summarise(
  windows: readonly (readonly ObjectSight[])[],
  runs: readonly (readonly Seen[])[],
  hasYaw: boolean,
): ObjectGap {
  const distance = (a: Seen, b: Seen) => Math.hypot(a.xM - b.xM, a.yM - b.yM)
  const samples = windows.flatMap((window, k) =>
    window.map((sight, i): ObjectGapSample => {
      const { xM, yM } = runs[k]![i]!
      const measured = [sight.xM, sight.yM] as const
      return { timeS: sight.timeS, measured, simulated: [xM, yM], isFirst: i === 0 }
    }),
  )
  const ends = windows.map((window, k) => [window.at(-1)!, runs[k]!.at(-1)!] as const)
  const squares = samples.map(
    ({ measured: [x, y], simulated: [u, v] }) => (x - u) ** 2 + (y - v) ** 2,
  )
  return {
    windows: windows.length,
    rmsM: Math.sqrt(mean(squares)),
    endM: mean(ends.map(([theirs, own]) => distance(theirs, own))),
    movedM: mean(windows.map((window) => distance(window[0]!, window.at(-1)!))),
    endYawRad: hasYaw
      ? mean(ends.map(([theirs, own]) => Math.abs(turn(own.yawRad - theirs.yawRad))))
      : null,
    samples,
  }
}

/** An angle as the shorter turn [rad]. */
const turn = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle))

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
