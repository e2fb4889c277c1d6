import { z } from 'zod'

const bounds = z.tuple([z.number(), z.number()])
const uniform = z.strictObject({ uniform: bounds })
const logUniform = z.strictObject({
  logUniform: z.tuple([z.number().positive(), z.number().positive()]),
})

/** A number, or a range that the number of one set-up is drawn from. */
const value = z.union([z.number(), uniform, logUniform])
/** One value for all joints (a range is drawn for each of them), or a list in joint order. */
const perJoint = z.union([z.number(), uniform, logUniform, z.array(value).min(1)])

const engine = z.strictObject({
  /** MuJoCo's step and the period of the servos' firmware [s]. */
  timestepS: z.number().positive().default(0.001),
})

const gravity = z.strictObject({
  magnitudeMPerS2: value.default(9.80665),
  /** How far the arm's base leans: gravity gains this angle's share along -x, and along -y [rad]. */
  tiltXRad: value.default(0),
  tiltYRad: value.default(0),
})

const arm = z.strictObject({
  linkMassScale: perJoint.default(1),
  inertiaScale: perJoint.default(1),
  /** Encoder minus true joint angle: the calibration's error [rad]. */
  zeroOffsetRad: perJoint.default(0),
  /** Amplitude and phase of the error of an off-centre encoder magnet, once per turn [rad]. */
  encoderErrorRad: perJoint.default(0),
  encoderPhaseRad: perJoint.default(0),
})

/** Scales are of the servo model's own constants, see `mujoco-plant-motors.ts`. */
const servos = z.strictObject({
  torqueConstantScale: perJoint.default(1),
  resistanceScale: perJoint.default(1),
  armatureScale: perJoint.default(1),
  coulombScale: perJoint.default(1),
  viscousScale: perJoint.default(1),
  /** Friction at rest beyond Coulomb friction, as a share of it, fading with speed. */
  stribeckShare: perJoint.default(0),
  stribeckSpeedRadPerS: perJoint.default(0.4),
  /** Share of the torque through the gear that becomes friction. */
  loadFriction: perJoint.default(0),
  /** Play of the gear at the output shaft, end to end [rad]. */
  backlashRad: perJoint.default(0),
  /** Error that the servo's position loop ignores, in encoder steps to each side. */
  deadBandTicks: z.int().nonnegative().default(1),
  /** What the motor driver lets through [A]. */
  currentLimitA: perJoint.default(10),
  /** Heat: rise above the surroundings per watt, and the time it takes. */
  thermalResistanceKPerW: value.default(12),
  thermalTimeConstantS: value.default(500),
})

const supply = z.strictObject({
  /** Voltage without load, as a share of the arm's nominal supply. */
  voltageScale: value.default(1),
  /** Of supply, plugs and cable together [Ω]. */
  resistanceOhm: value.default(0),
  /** Electronics of each servo [A]. */
  idleCurrentA: value.default(0),
  ambientC: value.default(25),
})

/** The cylinder of the pushing tasks. */
const object = z.strictObject({
  massKg: value.default(0.08),
  radiusM: value.default(0.03),
  halfHeightM: value.default(0.018),
  /** Centre of mass from the middle [m]. */
  comXM: value.default(0),
  comYM: value.default(0),
  comZM: value.default(0),
  frictionTable: value.default(0.35),
  frictionTip: value.default(0.4),
})

const table = z.strictObject({
  heightM: value.default(0),
  tiltXRad: value.default(0),
  tiltYRad: value.default(0),
  frictionTip: value.default(0.3),
})

const bus = z.strictObject({
  /** That the servos are set to; left out: the one in the arm's file. */
  baudBps: z.int().positive().optional(),
  /** Servo's pause before it answers, beside the one in its register [s]. */
  returnDelayS: value.default(0),
  /** Share of replies that never come, have a wrong byte, come twice, come `delayS` late. */
  dropRate: value.default(0),
  corruptRate: value.default(0),
  duplicateRate: value.default(0),
  delayRate: value.default(0),
  delayS: value.default(0),
  /** USB adapter, each way [s]. */
  latencyS: value.default(0),
  /** From the arrival of goals at the servos to their effect [s]. */
  commandDelayS: value.default(0),
})

/** Names as in `ObjectSensorSpec`, with what hides the object. */
const objectSensor = z.strictObject({
  rateHz: value.default(30),
  delayS: value.default(0.06),
  delayJitter: value.default(0),
  noiseM: value.default(0),
  biasXM: value.default(0),
  biasYM: value.default(0),
  biasZM: value.default(0),
  noiseYawRad: value.default(0),
  biasYawRad: value.default(0),
  dropsPerS: value.default(0),
  dropDurationS: value.default(0.4),
  /** Half the thickness of what hides the object: the arm, or, without a camera's place, its tip [m]. */
  occlusionRadiusM: value.default(0),
  /** Where the camera is, base frame [m]; without, it looks straight down. */
  cameraM: z.tuple([z.number(), z.number(), z.number()]).optional(),
})

/** Every box of a task; scales are of what the task's file says of it. */
const box = z.strictObject({
  massScale: value.default(1),
  /** Of all three sides. */
  sizeScale: value.default(1),
  /** Centre of mass from the middle [m]. */
  comXM: value.default(0),
  comYM: value.default(0),
  comZM: value.default(0),
  frictionTableScale: value.default(1),
  /** With the fingers, and with another box. */
  frictionTipScale: value.default(1),
})

const host = z.strictObject({
  /** Standard deviation of the instant at which the control loop wakes up [s]. */
  timingJitterS: value.default(0),
  /** Stalls of the whole computer, and how long one lasts. */
  stallsPerS: value.default(0),
  stallS: value.default(0),
})

/**
 * A physical set-up that a policy never met: `configs/realities/*.yaml`, or anybody's file. Whatever is
 * left out is nominal. No training code reads it.
 */
export const realitySchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** Where the numbers come from. */
  source: z.string(),
  engine: engine.prefault({}),
  gravity: gravity.prefault({}),
  arm: arm.prefault({}),
  servos: servos.prefault({}),
  supply: supply.prefault({}),
  object: object.prefault({}),
  table: table.prefault({}),
  bus: bus.prefault({}),
  sensors: z.strictObject({ objectPose: objectSensor.prefault({}) }).prefault({}),
  host: host.prefault({}),
  // Last: what is drawn before it stays what it was.
  box: box.prefault({}),
})

export type RealityConfig = z.infer<typeof realitySchema>
export type RealityValue = z.infer<typeof value>
export type RealityPerJoint = z.infer<typeof perJoint>
