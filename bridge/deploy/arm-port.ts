import { CodedError } from '../../configs/load/coded-error.ts'
import type { ArmDriver, ArmReading } from '../../robot/bus/arm-driver.ts'
import { createReading } from '../../robot/bus/arm-reading.ts'
import type { ArmDescription } from '../../robot/model/arm.schema.ts'
import type { ArmModel } from '../../robot/model/arm.ts'
import type { Clock } from '../../robot/model/clock.ts'
import { ArmDynamics } from '../../robot/model/dynamics.ts'
import { clamp } from '../../robot/model/scalar.ts'
import { findJointPath } from '../../robot/safety/joint-path.ts'
import {
  createSafetyFilter,
  createWholeArmRules,
  type SafetyFilter,
  type SafetyReport,
} from '../../robot/safety/safety-filter.ts'
import type { SafetyContext, SafetyRule } from '../../robot/safety/safety-rule.ts'
import { CommandedMotion } from './commanded-motion.ts'
import type { DeployConfig } from './deploy.schema.ts'
import { type DeploymentBounds, jointBounds } from './joint-bounds.ts'
import type { JointSensor } from './sources.ts'
import { noReading } from './stop-errors.ts'

/** Cycles over which a moving command is brought to rest. */
const HOLD_CYCLES = 12
const HOLD_PERIOD_S = 0.01
const HOLD_DECAY = 0.7
/** An arm that gives in keeps so many times the torque that gravity takes. */
const GRAVITY_MARGIN = 1.5
/** Steps in which a way is looked at beforehand [rad]. */
const WAY_STEP_RAD = 0.02

export interface ArmPortOptions {
  readonly driver: ArmDriver
  readonly arm: ArmDescription
  readonly model: ArmModel
  readonly clock: Clock
  readonly config: DeployConfig
  readonly isShadow: boolean
  /** Tells joints in the driver's stead; too old, it is a lost sensor. */
  readonly joints?: JointSensor
  /** Where joints that the policy does not move belong, by name [rad]; left out: where they are. */
  readonly heldQ?: Readonly<Record<string, number>>
}

/**
 * The only way from a controller to a driver: picks the active joints, brings the others slowly to where
 * they belong and holds them there (a gripper is closed as in training), and passes every command through
 * the safety filter.
 */
export class ArmPort {
  /** Measured active joints, in the model's order [rad]. */
  readonly activeQ: Float64Array
  readonly reading: ArmReading
  readonly filter: SafetyFilter
  lastRule = ''
  /** What went out last, in the driver's order [rad]. */
  readonly sentCommand: Float64Array
  /** The same before the safety filter. */
  readonly wantedCommand: Float64Array
  /** What the joints may do, in the driver's order. */
  readonly bounds: DeploymentBounds
  private readonly options: ArmPortOptions
  private readonly indices: Int32Array
  private readonly command: Float64Array
  /** Aim of the joints the policy does not move, NaN for the others [rad]. */
  private readonly heldGoal: Float64Array
  private readonly motion: CommandedMotion
  private readonly context: SafetyContext & { previousCommand: Float64Array }
  private readonly wholeArmRules: readonly SafetyRule[]
  private hasCommand = false
  private hasGivenIn = false

  constructor(options: ArmPortOptions) {
    const { arm, driver, model, config, isShadow } = options
    const n = driver.jointNames.length
    this.options = options
    this.indices = Int32Array.from(model.jointNames, (name) => jointOf(driver, name))
    this.activeQ = new Float64Array(model.numJoints)
    this.reading = createReading(n)
    this.command = new Float64Array(n)
    this.heldGoal = Float64Array.from(
      driver.jointNames,
      (name) => (model.jointNames.includes(name) ? undefined : options.heldQ?.[name]) ?? Number.NaN,
    )
    this.bounds = jointBounds(driver, arm, model, config.safety)
    const wholeArm = { arm, model, indices: this.indices }
    this.wholeArmRules = createWholeArmRules(config.safety, wholeArm)
    this.filter = createSafetyFilter(config.safety, this.bounds, wholeArm)
    this.motion = new CommandedMotion(n)
    const previousCommand = this.motion.command
    this.sentCommand = previousCommand
    this.wantedCommand = new Float64Array(n)
    this.context = {
      timeS: 0,
      dtS: 0,
      // A shadow's arm does not follow the commands: for the rules it is where it was last sent.
      measuredQ: isShadow ? previousCommand : this.reading.positionRad,
      measuredVelocity: this.reading.velocityRadPerS,
      load: isShadow ? new Float64Array(n) : this.reading.load,
      temperatureC: this.reading.temperatureC,
      voltageV: this.reading.voltageV,
      previousCommand,
      previousVelocity: this.motion.velocity,
      previousAcceleration: this.motion.acceleration,
      sensorAgeS: 0,
      jointAgeS: 0,
    }
  }

  get jointNames(): readonly string[] {
    return this.options.driver.jointNames
  }

  /** The active joint that opens and closes the hand; -1 where none does. */
  get handJoint(): number {
    return this.options.model.gripper?.joint ?? -1
  }

  /** Age of the oldest joint that a stream tells [s]; undefined: the driver tells them all. */
  get streamedJointAgeS(): number | undefined {
    return this.options.joints?.ageS
  }

  /** Torque on, with the limits that hold for this arm; where it stands is its first command. Then reads where it is. */
  async enable(): Promise<void> {
    await this.options.driver.enable(this.bounds.torqueShare)
    // It may have been led elsewhere since it was first read.
    this.hasCommand = false
    await this.readArm()
  }

  /** @param byS - when it has to be over [s]; left out: there is time */
  async readArm(byS?: number): Promise<void> {
    const { driver, joints } = this.options
    await driver.read(this.reading, byS)
    joints?.read(this.reading)
    for (let i = 0; i < this.activeQ.length; i++) {
      this.activeQ[i] = this.reading.positionRad[this.indices[i]!]!
    }
    if (!this.hasCommand) {
      const broken = this.reading.positionRad.findIndex((q) => !Number.isFinite(q))
      if (broken >= 0) throw noReading(driver.jointNames[broken]!)
      this.context.previousCommand.set(this.reading.positionRad)
      this.hasCommand = true
    }
  }

  /**
   * A way from the last command to a pose on which no rule steps in: the poses to go to one after the other,
   * active joints [numJoints], [rad]; null when there is none.
   */
  findWay(aim: Float64Array): Float64Array[] | null {
    return findJointPath(this.commandedQ(), aim, (a, b) => this.isFree(a, b))
  }

  /** The nearest pose within the joints' bounds, active joints [numJoints], [rad]. */
  intoBounds(aim: Float64Array): Float64Array {
    const { lower, upper } = this.bounds
    return aim.map((q, i) => clamp(q, lower[this.indices[i]!]!, upper[this.indices[i]!]!))
  }

  /** The last command's active joints [numJoints], [rad]. */
  commandedQ(): Float64Array {
    return Float64Array.from(this.indices, (index) => this.context.previousCommand[index]!)
  }

  private isFree(from: Float64Array, to: Float64Array): boolean {
    const farthest = from.reduce((most, q, i) => Math.max(most, Math.abs(to[i]! - q)), 0)
    const steps = Math.ceil(farthest / WAY_STEP_RAD)
    const previousCommand = this.context.previousCommand.slice()
    const command = previousCommand.slice()
    const context = { ...this.context, previousCommand, dtS: 1 }
    this.place(from, previousCommand)
    for (let k = 1; k <= steps; k++) {
      this.place(
        from.map((q, i) => q + ((to[i]! - q) * k) / steps),
        command,
      )
      if (this.wholeArmRules.some((rule) => rule.apply(command, context) !== 'pass')) return false
      previousCommand.set(command)
    }
    return true
  }

  /** Writes active joints [rad] to where they are in a command of the driver. */
  private place(active: Float64Array, command: Float64Array): void {
    for (let i = 0; i < active.length; i++) command[this.indices[i]!] = active[i]!
  }

  /** Filters and sends set-points of the active joints [rad]. */
  async sendSafely(active: Float64Array, sensorAgeS: number, dtS: number): Promise<SafetyReport> {
    const { command, context } = this
    command.set(context.previousCommand)
    this.moveHeldJoints(dtS)
    this.place(active, command)
    return this.filterAndWrite(sensorAgeS, dtS)
  }

  private async filterAndWrite(sensorAgeS: number, dtS: number): Promise<SafetyReport> {
    const { clock, driver, isShadow } = this.options
    const { command, context, filter } = this
    context.timeS = clock.now()
    context.dtS = dtS
    context.sensorAgeS = Math.max(sensorAgeS, this.jointSensorAgeS())
    context.jointAgeS = oldest(this.reading.ageS)
    this.wantedCommand.set(command)
    const report = filter.apply(command, context)
    if (isShadow || (await driver.write(command))) {
      this.motion.goOn(command, dtS)
    } else {
      // The arm holds where it was told to be last: motion goes on from there.
      filter.note('withheld', 'hold')
      this.motion.rest()
    }
    this.lastRule = report.rule
    return report
  }

  /** Joints are lost sooner than other sensors: counted so that both are at the same age. */
  private jointSensorAgeS(): number {
    const { config, joints } = this.options
    if (joints === undefined) return 0
    return joints.ageS + config.safety.sensorLostS - config.safety.jointLostS
  }

  private moveHeldJoints(dtS: number): void {
    const most = this.options.config.softStart.speedRadPerS * dtS
    const { command, heldGoal } = this
    for (let i = 0; i < command.length; i++) {
      const change = heldGoal[i]! - command[i]!
      if (Number.isNaN(change)) continue
      command[i]! += clamp(change, -most, most)
    }
  }

  /**
   * Gives in to what is in the way: from now on the command is where the arm is, within its bounds, with as little
   * torque as the config says, but enough to hold the arm against gravity: never fight, never drop.
   */
  async giveIn(): Promise<void> {
    const { driver, isShadow, model, config } = this.options
    const { previousCommand, measuredQ } = this.context
    const { lower, upper } = this.bounds
    for (let i = 0; i < measuredQ.length; i++) {
      if (!Number.isFinite(measuredQ[i]!)) continue
      previousCommand[i] = clamp(measuredQ[i]!, lower[i]!, upper[i]!)
    }
    this.motion.rest()
    if (isShadow) return
    const gravityNm = new Float64Array(model.numJoints)
    new ArmDynamics(model).gravityTorque(this.activeQ, gravityNm)
    const { torqueShare } = this.bounds
    const share = torqueShare.map((full) => Math.min(full, config.safety.yield.torqueShare))
    for (let i = 0; i < gravityNm.length; i++) {
      const needed = (GRAVITY_MARGIN * Math.abs(gravityNm[i]!)) / model.stallTorqueNm[i]!
      const index = this.indices[i]!
      share[index] = Math.min(torqueShare[index]!, Math.max(share[index]!, needed))
    }
    this.hasGivenIn = true
    await driver.write(previousCommand)
    await driver.limitTorque(share)
  }

  /** All the torque that is allowed, again, where it had given in. */
  async recover(): Promise<void> {
    const { driver, isShadow } = this.options
    if (isShadow || !this.hasGivenIn) return
    await driver.limitTorque(this.bounds.torqueShare)
    this.hasGivenIn = false
  }

  /** Brings a moving command to rest and leaves torque on; gives up quietly when the arm is unreachable. */
  async holdStill(): Promise<void> {
    const { clock, driver, isShadow } = this.options
    const { command, motion } = this
    if (isShadow || !this.hasCommand) return
    try {
      for (let k = 0; k < HOLD_CYCLES && motion.isMoving; k++) {
        for (let i = 0; i < command.length; i++) {
          command[i] = motion.command[i]! + HOLD_DECAY * motion.velocity[i]! * HOLD_PERIOD_S
        }
        await this.filterAndWrite(0, HOLD_PERIOD_S)
        await clock.sleepUntil(clock.now() + HOLD_PERIOD_S)
      }
      await driver.write(motion.command)
    } catch {
      // The bus is gone: the servos hold their last goal by themselves.
    }
  }
}

function oldest(ages: Float64Array): number {
  let most = 0
  for (let i = 0; i < ages.length; i++) most = Math.max(most, ages[i]!)
  return most
}

function jointOf(driver: ArmDriver, name: string): number {
  const index = driver.jointNames.indexOf(name)
  if (index >= 0) return index
  throw new CodedError(
    'POLICY_MISMATCH',
    `the policy moves joint ${name}, the arm has ${driver.jointNames.join(', ')}`,
    {
      hint: 'use a policy that was trained for this arm',
    },
  )
}
