import type { ArmDescription } from '../model/arm.schema.ts'
import type { ArmModel } from '../model/arm.ts'
import { createJointAccelerationRule } from './joint-acceleration.ts'
import { createJointJerkRule } from './joint-jerk.ts'
import { createJointLimitsRule } from './joint-limits.ts'
import { createJointSpeedRule } from './joint-speed.ts'
import { createLinkClearanceRule } from './link-clearance.ts'
import { createLostJointsRule, createLostSensorRule } from './lost-measurement.ts'
import { createNotANumberRule } from './not-a-number.ts'
import type { SafetyLimits } from './safety.schema.ts'
import type { SafetyContext, SafetyRule, SafetyVerdict } from './safety-rule.ts'
import { createServoHeatRule, createSupplyVoltageRule } from './servo-health.ts'
import { createStallRule } from './stall.ts'
import { createStuckJointsRule } from './stuck-joints.ts'
import { createToolWorkspaceRule } from './tool-workspace.ts'
import { createTorqueLimitRule } from './torque-limit.ts'
import { createTrackingErrorRule } from './tracking-error.ts'

export interface SafetyReport {
  verdict: SafetyVerdict
  /** Name of the rule with the gravest verdict; empty when all passed. */
  rule: string
}

/** From the least to the gravest. */
const VERDICTS: readonly SafetyVerdict[] = ['pass', 'limited', 'hold', 'yield', 'park', 'stop']
const GRAVITY_OF = Object.fromEntries(VERDICTS.map((verdict, k) => [verdict, k])) as Record<
  SafetyVerdict,
  number
>

/** A tool hangs up to so much lower than commanded: an SO-101 sags by 1.5 to 2.5 cm (configs/arms/so101-study.md) [m]. */
const SAG_M = 0.02

/** All rules in order, over every command that leaves a control loop. */
export class SafetyFilter {
  /** How often each rule stepped in. */
  readonly interventions: Record<string, number> = {}
  readonly report: SafetyReport = { verdict: 'pass', rule: '' }
  private readonly rules: readonly SafetyRule[]

  constructor(rules: readonly SafetyRule[]) {
    this.rules = rules
    for (const rule of rules) this.interventions[rule.name] = 0
  }

  reset(): void {
    for (const rule of this.rules) rule.reset()
  }

  /** Narrows `command` in place and says what happened. */
  apply(command: Float64Array, context: SafetyContext): SafetyReport {
    this.report.verdict = 'pass'
    this.report.rule = ''
    for (const rule of this.rules) {
      const verdict = rule.apply(command, context)
      if (verdict === 'pass') continue
      this.note(rule.name, verdict)
      if (verdict === 'stop') break
    }
    return this.report
  }

  /** Counts what stepped in, a rule or whoever had the command to send, and reports it if it is the gravest. */
  note(name: string, verdict: SafetyVerdict): void {
    this.interventions[name] = (this.interventions[name] ?? 0) + 1
    if (GRAVITY_OF[verdict] <= GRAVITY_OF[this.report.verdict]) return
    this.report.verdict = verdict
    this.report.rule = name
  }
}

/** Limits of every joint of a driver, in its order [numJoints]. */
export interface JointBounds {
  /** [rad] */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** [rad/s] */
  readonly maxSpeedRadPerS: Float64Array
  /** [rad/s²] */
  readonly maxAccelerationRadPerS2: Float64Array
  /** [rad/s³] */
  readonly maxJerkRadPerS3: Float64Array
  /** How far a command may be from the measured joint, and beyond which distance a joint is blocked [rad]. */
  readonly maxStretchRad: Float64Array
  readonly maxErrorRad: Float64Array
}

/** An arm behind a driver. */
export interface WholeArm {
  readonly arm: ArmDescription
  readonly model: ArmModel
  /** Where the model's active joints are in the driver's command. */
  readonly indices: Int32Array
}

/**
 * The rules of a deployment, in the order in which they must run: meaning, torque, joint limits, motion. What
 * looks at the whole arm comes last: limits of single joints bend its way, and drawing a command back towards the
 * previous one undoes none of the others. What a stuck joint makes of the arm has no tool to lay on the table.
 */
export function createSafetyFilter(
  limits: SafetyLimits,
  bounds: JointBounds,
  wholeArm: WholeArm,
): SafetyFilter {
  return new SafetyFilter([
    createNotANumberRule(),
    createLostJointsRule(limits.jointLostS),
    createLostSensorRule(limits.sensorLostS, limits.sensorEndS),
    createServoHeatRule(limits.servoHeat),
    createSupplyVoltageRule(limits.supplyV, limits.supplyS),
    createStallRule(limits.stall),
    createTrackingErrorRule(bounds.maxErrorRad, limits.trackingErrorS),
    createTorqueLimitRule(bounds.maxStretchRad),
    createJointLimitsRule(bounds.lower, bounds.upper),
    createJointSpeedRule(bounds.maxSpeedRadPerS),
    createJointAccelerationRule(bounds.maxAccelerationRadPerS2),
    createJointJerkRule(bounds.maxJerkRadPerS3),
    createStuckJointsRule(bounds.maxErrorRad, createWholeArmRules(limits, wholeArm, SAG_M)),
    ...createWholeArmRules(limits, wholeArm),
  ])
}

/**
 * The rules that only ask where the arm is, not when.
 * @param toolMarginM - of the links with the tool, above the table; left out: they may touch it
 */
export function createWholeArmRules(
  limits: Pick<SafetyLimits, 'clearance' | 'workspace'>,
  { arm, indices, model }: WholeArm,
  toolMarginM?: number,
): SafetyRule[] {
  const { clearance, workspace } = limits
  return [
    createLinkClearanceRule({ arm, indices, limits: clearance, model, toolMarginM }),
    createToolWorkspaceRule(model, indices, workspace),
  ]
}
