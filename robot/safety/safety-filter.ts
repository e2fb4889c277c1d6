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
      this.interventions[rule.name]!++
      if (GRAVITY_OF[verdict] > GRAVITY_OF[this.report.verdict]) {
        this.report.verdict = verdict
        this.report.rule = rule.name
      }
      if (verdict === 'stop') break
    }
    return this.report
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

/**
 * The rules of a deployment, in the order in which they must run: meaning, torque, joint limits, motion. What
 * looks at the whole arm comes last: limits of single joints bend its way, and drawing a command back towards the
 * previous one undoes none of the others.
 * @param wholeArmRules - of `createWholeArmRules`
 */
export function createSafetyFilter(
  limits: SafetyLimits,
  bounds: JointBounds,
  wholeArmRules: readonly SafetyRule[],
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
    ...wholeArmRules,
  ])
}

/**
 * The rules that only ask where the arm is, not when.
 * @param indices - where the model's active joints are in the driver's command
 */
export function createWholeArmRules(
  limits: Pick<SafetyLimits, 'clearance' | 'workspace'>,
  arm: ArmDescription,
  model: ArmModel,
  indices: Int32Array,
): SafetyRule[] {
  return [
    createLinkClearanceRule(arm, model, indices, limits.clearance),
    createToolWorkspaceRule(model, indices, limits.workspace),
  ]
}
