import type { ArmModel } from '../../../../robot/model/arm.ts'
import { type Finding, relative } from '../row.ts'
import { type Grip, grip, type Held, wholeArm } from '../scenes/grip.ts'
import { CLOSED_FORM, type FidelitySetup, MUJOCO } from '../setup.ts'

const G = 9.81
const NO_SLIP_M_PER_S = 1e-4
const THRESHOLD_BAR = 0.1
/** A cube that creeps faster is not held. */
const CREEP_M_PER_S = 1e-3
const PADS_CAUSE =
  'a jaw that touches at a point agrees: the engines share its pressure otherwise between two pads'
const PLACE_CAUSE = 'a strong jaw sinks into a light cube, whose contacts Rapier makes the softer'
/** Shares of a force or torque that are tried for a threshold. */
const SHARES = Array.from({ length: 32 }, (_, k) => 0.8 * 1.04 ** k)

interface GripSubject {
  readonly name: string
  readonly arm: ArmModel
  /** Where the cubes are, in front [m]. */
  readonly x: number
  readonly cubes: readonly Grip[]
  readonly placeBarM: number
}

function cubes(
  massesKg: readonly number[],
  sizesM: readonly number[],
  squeeze: number,
): readonly Grip[] {
  return massesKg.flatMap((massKg) =>
    sizesM.map((sizeM) => ({ massKg, halfM: sizeM / 2, friction: 0.6, squeeze })),
  )
}

function revoluteJaw(): GripSubject {
  return {
    name: 'SO-101',
    arm: wholeArm('so101'),
    x: 0.22,
    cubes: cubes([0.01, 0.05, 0.1], [0.02, 0.025, 0.03], 0.15),
    placeBarM: 0.005,
  }
}

function parallelHand(): GripSubject {
  return {
    name: 'Panda',
    arm: wholeArm('panda'),
    x: 0.5,
    cubes: cubes([0.02, 0.1, 0.3], [0.03, 0.04], 0.01),
    placeBarM: 0.002,
  }
}

/** Cubes gripped, lifted by 10 cm and held for two seconds. */
export async function heldCubes(setup: FidelitySetup): Promise<Finding[]> {
  const found: Finding[] = []
  for (const subject of [revoluteJaw(), parallelHand()]) {
    found.push(...(await holdCubes(setup, subject)))
  }
  return found
}

async function holdCubes(setup: FidelitySetup, subject: GripSubject): Promise<Finding[]> {
  const { name, arm, x, cubes: wanted, placeBarM } = subject
  const scene = { arm, objects: ['box'] as const, count: wanted.length }
  const { rapier, mujoco } = await setup.inBoth(scene, (engine) => grip(engine, arm, x, wanted))
  const grams = wanted.map(({ massKg }) => 1e3 * massKg)
  const text = `${name}: ${wanted.length} cubes of ${grams[0]} to ${grams.at(-1)} g`
  const apart = rapier.map((held, k) =>
    Math.hypot(...held.place.map((value, axis) => value - mujoco[k]!.place[axis]!)),
  )
  return [
    {
      what: `${text}, held: slip in the hand, worst`,
      against: MUJOCO,
      unit: 'm/s',
      measured: worstSlip(rapier),
      expected: worstSlip(mujoco),
      error: worstSlip(rapier),
      errorUnit: 'm/s',
      bar: NO_SLIP_M_PER_S,
    },
    {
      what: `${text}: place in the hand, apart, worst`,
      against: MUJOCO,
      unit: 'm',
      measured: Math.max(...apart),
      expected: 0,
      error: Math.max(...apart),
      errorUnit: 'm',
      bar: placeBarM,
      cause: PLACE_CAUSE,
    },
  ]
}

/** Infinite where a cube was lost. */
function worstSlip(held: readonly Held[]): number {
  return Math.max(...held.map(({ isHeld, slipMPerS }) => (isHeld ? slipMPerS : Infinity)))
}

/** The least force of the motor that holds a cube. */
export async function gripThreshold(setup: FidelitySetup): Promise<Finding[]> {
  const hand = parallelHand()
  const jaw = revoluteJaw()
  const { arm: pointed, leverM } = pointJaw(jaw.arm)
  const inHand: Grip = { massKg: 0.2, halfM: 0.02, friction: 0.6, squeeze: 0.04 }
  const inJaw: Grip = {
    massKg: 0.1,
    halfM: 0.0125,
    friction: 0.5,
    squeeze: 0.17,
    opening: 0.25,
    isIdeal: true,
  }
  // Both fingers of the hand share the motor's force: 2 µ F / 2 carries m g.
  const force = (inHand.massKg * G) / inHand.friction
  // About 2 µ τ / r carries m g; both engines add what lifting and a jaw askew take.
  const torque = (inJaw.massKg * G * leverM) / (2 * inJaw.friction)
  const ofHand = await threshold(setup, hand, hand.arm, inHand, force, 'rapier')
  const inBoth = async (arm: ArmModel) => ({
    rapier: await threshold(setup, jaw, arm, inJaw, torque, 'rapier'),
    mujoco: await threshold(setup, jaw, arm, inJaw, torque, 'mujoco'),
  })
  const ofPoint = await inBoth(pointed)
  const ofPads = await inBoth(jaw.arm)
  const row = (what: string, unit: 'N' | 'Nm', measured: number, expected: number) => ({
    what,
    unit,
    measured,
    expected,
    error: relative(measured, expected),
    errorUnit: 'share' as const,
    bar: THRESHOLD_BAR,
  })
  return [
    {
      against: CLOSED_FORM,
      ...row('parallel hand: least force that holds 200 g at µ 0.6', 'N', ofHand, force),
    },
    {
      against: MUJOCO,
      ...row(
        'revolute jaw that touches at a point: least torque that holds 100 g at µ 0.5',
        'Nm',
        ofPoint.rapier,
        ofPoint.mujoco,
      ),
    },
    {
      against: MUJOCO,
      ...row('revolute jaw with the SO-101’s pads: the same', 'Nm', ofPads.rapier, ofPads.mujoco),
      cause: PADS_CAUSE,
    },
  ]
}

/** The same arm with one small pad on the moving jaw, at the height of a gripped cube's middle. */
function pointJaw(arm: ArmModel): { readonly arm: ArmModel; readonly leverM: number } {
  const leverM = 0.066
  const gripper = arm.gripper!
  const [fixed, moving] = gripper.fingers as [
    (typeof gripper.fingers)[number],
    (typeof gripper.fingers)[number],
  ]
  const [near] = moving.pads
  const pad = {
    ...near!,
    position: Float64Array.of(near!.position[0]!, -leverM, near!.position[2]!),
    halfSizeM: Float64Array.of(near!.halfSizeM[0]!, 0.003, near!.halfSizeM[2]!),
  }
  const fingers = [fixed, { ...moving, pads: [pad] }]
  return { arm: { ...arm, gripper: { ...gripper, fingers } }, leverM }
}

/** Halfway between the greatest force or torque that loses the cube and the next one up, which holds it. */
async function threshold(
  setup: FidelitySetup,
  { x }: GripSubject,
  arm: ArmModel,
  wanted: Grip,
  about: number,
  kind: 'rapier' | 'mujoco',
): Promise<number> {
  const grips = SHARES.map((share) => ({ ...wanted, stall: share * about }))
  const scene = { arm, objects: ['box'] as const, count: grips.length }
  const play = (engine: Parameters<typeof grip>[0]) => grip(engine, arm, x, grips)
  const held =
    kind === 'rapier' ? await setup.inRapier(scene, play) : await setup.inMujoco(scene, play)
  const isLost = held.map(({ isHeld, slipMPerS }) => !isHeld || slipMPerS > CREEP_M_PER_S)
  const lost = isLost.lastIndexOf(true)
  if (lost < 0 || lost === SHARES.length - 1) return Number.NaN
  return (about * (SHARES[lost]! + SHARES[lost + 1]!)) / 2
}
