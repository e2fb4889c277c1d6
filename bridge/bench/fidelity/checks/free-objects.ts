import { yawOf } from '../../../../robot/model/pose.ts'
import { createObjectState, type Engine, type ObjectStart } from '../../../../sim/engines/engine.ts'
import { restOnTable } from '../../../../sim/scene/table.ts'
import { evenDisc, feetOfDisc, slide, stoppingDistanceM } from '../closed-forms.ts'
import { type Finding, relative } from '../row.ts'
import { BYSTANDER, type ObjectScene, playObjects } from '../scenes/play.ts'
import { boxPhysics, nominalPhysics, type TableWorld } from '../scenes/table-world.ts'
import { stackHeightM } from '../scenes/toppling.ts'
import { CLOSED_FORM, type FidelitySetup } from '../setup.ts'

const RADIUS_M = 0.03
/** What a puck stands on in every engine, and what it stands for. */
const STANDS = [
  { points: feetOfDisc(RADIUS_M), text: 'four feet', bar: 0.04 },
  {
    points: evenDisc(RADIUS_M),
    text: 'an even disc',
    bar: 0.05,
    cause: 'a puck stands on four feet, in MuJoCo too',
  },
] as const
/** Shares of atan µ that are tried. */
const TILTS = Array.from({ length: 17 }, (_, k) => 0.96 + 0.005 * k)
/** What slides by half a percent of atan µ more reaches twice as much in the time given [m/s]. */
const SLIDING_M_PER_S = 0.005
const SLOPE_S = 1.5

/** A puck at the middle of the table, and how it moves at first. */
function puckScene(world: TableWorld, motion: Partial<ObjectStart> = {}): ObjectScene {
  const physics = nominalPhysics(BYSTANDER, { radiusM: RADIUS_M, ...world })
  const pose = createObjectState()
  restOnTable(physics.table, physics.objects[0]!.shape.halfSizeM[2]!, 0, 0, 0, pose)
  return { physics, objects: [{ ...pose, ...motion }] }
}

const along = (x: number) => ({ velocity: Float64Array.of(x, 0, 0) })

/** The slope on which a puck begins to slide. */
export async function slipAngle(setup: FidelitySetup): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const friction of [0.2, 0.5]) {
    const expected = Math.atan(friction)
    const scenes = TILTS.map((share) =>
      puckScene({ frictionTable: friction, tiltXRad: share * expected }),
    )
    const rests = await inRapier(setup, scenes, (engine) => {
      playObjects(engine, scenes, SLOPE_S)
      return scenes.filter((_, k) => speedOf(engine, k) < SLIDING_M_PER_S).length
    })
    // The tilt between the last that rests and the first that slides.
    const measured = expected * (TILTS[0]! + 0.005 * (rests - 0.5))
    findings.push({
      what: `slope on which a puck of µ ${friction} begins to slide`,
      against: CLOSED_FORM,
      unit: 'rad',
      measured,
      expected,
      error: relative(measured, expected),
      errorUnit: 'share',
      bar: 0.01,
    })
  }
  return findings
}

/** How far pucks and cubes slide that are let go: v² / (2 µ g). */
export async function stoppingDistance(setup: FidelitySetup): Promise<Finding[]> {
  const cases = [
    { speed: 0.5, friction: 0.3 },
    { speed: 0.8, friction: 0.3 },
    { speed: 0.7, friction: 0.6 },
    { speed: 0.5, friction: 0.15 },
  ]
  const half = 0.015
  const scenes = cases.flatMap(({ speed, friction }) => {
    const puck = puckScene({ frictionTable: friction }, along(speed))
    const box = boxPhysics([half, half, half], 0.05, { table: friction, tip: 0.4 })
    const position = Float64Array.of(0, 0, half)
    const cube = { ...puck.objects[0]!, position }
    return [puck, { physics: { ...puck.physics, objects: [box] }, objects: [cube] }]
  })
  return Promise.all(
    (['puck', 'cube'] as const).map(async (kind, offset) => {
      const own = cases.map((_, k) => scenes[2 * k + offset]!)
      const slid = await inRapier(setup, own, (engine) => {
        playObjects(engine, own, 1.2)
        return own.map((_, k) => Math.hypot(...engine.state(k).objects[0]!.position.subarray(0, 2)))
      })
      const expected = cases.map(({ speed, friction }) => stoppingDistanceM(speed, friction))
      const worst = worstOf(slid, expected)
      return {
        what: `way of a sliding ${kind} until it stops, worst of ${cases.length}`,
        against: CLOSED_FORM,
        unit: 'm',
        measured: slid[worst]!,
        expected: expected[worst]!,
        error: relative(slid[worst]!, expected[worst]!),
        errorUnit: 'share',
        bar: 0.02,
        cause: 'at µ 0.6 it leans over its feet, which stand within its edges, onto its front edge',
      } satisfies Finding
    }),
  )
}

/** A puck that spins slides further, and turns less than one that only spins. */
export async function spinningSlide(setup: FidelitySetup): Promise<Finding[]> {
  const friction = 0.3
  const starts = [
    { speed: 0.5, spin: 20 },
    { speed: 0.2, spin: 20 },
  ]
  const scenes = starts.map(({ speed, spin }) =>
    puckScene(
      { frictionTable: friction },
      { ...along(speed), angularVelocity: Float64Array.of(0, 0, spin) },
    ),
  )
  const yaws = starts.map(() => 0)
  const turns = starts.map(() => 0)
  const ways = await inRapier(setup, scenes, (engine) => {
    playObjects(engine, scenes, 0.8, () => {
      starts.forEach((_, k) => {
        const yaw = yawOf(engine.state(k).objects[0]!.quaternion)
        turns[k]! += Math.atan2(Math.sin(yaw - yaws[k]!), Math.cos(yaw - yaws[k]!))
        yaws[k] = yaw
      })
    })
    return starts.map((_, k) => Math.hypot(...engine.state(k).objects[0]!.position.subarray(0, 2)))
  })
  const gyrationM2 = RADIUS_M ** 2 / 2
  return STANDS.flatMap(({ points, text, bar, ...why }) =>
    starts.flatMap((start, k) => {
      const theory = slide(points, { ...start, friction, gyrationM2 })
      const straightM = stoppingDistanceM(start.speed, friction)
      const shared = { against: CLOSED_FORM, errorUnit: 'share', bar, ...why } as const
      const motion = `${start.speed} m/s and ${start.spin} rad/s`
      return [
        {
          ...shared,
          what: `way of a puck with ${motion} (${(1e3 * straightM).toFixed(1)} mm without spin), as of ${text}`,
          unit: 'm',
          measured: ways[k]!,
          expected: theory.distanceM,
          error: relative(ways[k]!, theory.distanceM),
        },
        {
          ...shared,
          what: `its turn, as of ${text}`,
          unit: 'rad',
          measured: turns[k]!,
          expected: theory.turnRad,
          error: relative(turns[k]!, theory.turnRad),
        },
      ] satisfies Finding[]
    }),
  )
}

/** An object in the air falls as gravity says, whichever way that points. */
export async function freeFall(setup: FidelitySetup): Promise<Finding[]> {
  const gravities = [
    [0, 0, -9.81],
    [0.3, -0.2, -7.7],
    [2, -1.5, -11],
  ]
  const fallS = 0.4
  const scenes = gravities.map((gravity) => {
    const { physics, objects } = puckScene({ gravity })
    const position = Float64Array.of(-0.2, 0, 1.5)
    return { physics, objects: [{ ...objects[0]!, position }] }
  })
  const ends = await inRapier(setup, scenes, (engine) => {
    // Objects join the world one step late.
    playObjects(engine, scenes, fallS + engine.timestepS)
    return scenes.map((_, k) => structuredClone(engine.state(k).objects[0]!))
  })
  const size = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector))
  const errors = gravities.map((gravity, k) => {
    const speed = ends[k]!.velocity.map((value, axis) => value / fallS - gravity[axis]!)
    const way = ends[k]!.position.map(
      (value, axis) =>
        (value - scenes[k]!.objects[0]!.position[axis]!) / (fallS ** 2 / 2) - gravity[axis]!,
    )
    return { speed: size(speed) / size(gravity), way: size(way) / size(gravity) }
  })
  const last = gravities.length - 1
  const g = size(gravities[last]!)
  return [
    {
      what: `gain of speed in free fall, worst of ${gravities.length} gravity vectors`,
      against: CLOSED_FORM,
      unit: 'm/s²',
      measured: size(ends[last]!.velocity) / fallS,
      expected: g,
      error: Math.max(...errors.map(({ speed }) => speed)),
      errorUnit: 'share',
      bar: 0.001,
    },
    {
      what: `way fallen in ${fallS} s, worst of ${gravities.length}`,
      against: CLOSED_FORM,
      unit: 'm',
      measured: size(ends[last]!.position.map((value, i) => value - [-0.2, 0, 1.5][i]!)),
      expected: (g * fallS ** 2) / 2,
      error: Math.max(...errors.map(({ way }) => way)),
      errorUnit: 'share',
      bar: 0.01,
    },
  ]
}

/** Three cubes on each other sink in by little. */
export async function stackPenetration(setup: FidelitySetup): Promise<Finding[]> {
  const half = 0.0125
  const box = boxPhysics([half, half, half], 0.05, { table: 0.3, tip: 0.4 })
  const { physics } = puckScene({})
  const heights = [0, 1, 2].map((level) => stackHeightM(half, level))
  const scene: ObjectScene = {
    physics: { ...physics, objects: heights.map(() => box) },
    objects: heights.map((z) => ({
      position: Float64Array.of(0, 0, z),
      quaternion: Float64Array.of(0, 0, 0, 1),
    })),
  }
  const topM = await setup.inRapier(
    { arm: BYSTANDER, objects: ['box', 'box', 'box'], count: 1 },
    (engine) => {
      playObjects(engine, [scene], 2)
      return engine.state(0).objects[2]!.position[2]!
    },
  )
  return [
    {
      what: 'height of the uppermost of three cubes after 2 s',
      against: CLOSED_FORM,
      unit: 'm',
      measured: topM,
      expected: heights[2]!,
      error: Math.abs(heights[2]! - topM),
      errorUnit: 'm',
      bar: 0.0005,
    },
  ]
}

function inRapier<T>(
  setup: FidelitySetup,
  scenes: readonly ObjectScene[],
  use: (engine: Engine) => T,
): Promise<T> {
  const objects = scenes[0]!.physics.objects.map(({ shape }) => shape.kind)
  return setup.inRapier({ arm: BYSTANDER, objects, count: scenes.length }, use)
}

function speedOf(engine: Engine, index: number): number {
  return Math.hypot(...engine.state(index).objects[0]!.velocity)
}

function worstOf(measured: readonly number[], expected: readonly number[]): number {
  const errors = measured.map((value, k) => relative(value, expected[k]!))
  return errors.indexOf(Math.max(...errors))
}
