import { z } from 'zod'
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from './parameters.ts'

const bounds = z.tuple([z.number(), z.number()]).refine(([a, b]) => a <= b, 'lower bound first')

const distribution = z.union([
  z.strictObject({
    uniform: bounds,
    /** Share of the draws in which all joints lie equally far out, each to a side of its own. */
    together: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({ logUniform: bounds.refine(([a]) => a > 0, 'logUniform needs positive bounds') }),
  /** One bound or the other, nothing between: to judge at the extremes. */
  z.strictObject({ ends: bounds }),
  /** Mean and standard deviation, cut off at three of them, and at zero where less makes no sense. */
  z.strictObject({ normal: z.tuple([z.number(), z.number().positive()]) }),
])

const plainRule = z.union([
  z.strictObject({ set: distribution }),
  z.strictObject({ scale: distribution }),
  z.strictObject({ offset: distribution }),
])

/** Share of a rule's draws in which all joints lie equally far out. */
export function togetherOf(given: z.infer<typeof plainRule>): number {
  const drawn = 'set' in given ? given.set : 'scale' in given ? given.scale : given.offset
  return ('uniform' in drawn && drawn.together) || 0
}

/** How one parameter varies, relative to its nominal value; never cumulative. */
const rule = z.union([
  plainRule,
  /** By joint, for a parameter that has one number for each; joints that are not named stay nominal. */
  z.strictObject({ joints: z.record(z.string(), plainRule) }),
])

const hasJoints = (name: string): boolean => PARAMETERS[name as ParameterName] === 'joint'

const rules = z
  .partialRecord(z.enum(PARAMETER_NAMES as [string, ...string[]]), rule)
  .superRefine((byName, context) => {
    for (const [name, each] of Object.entries(byName)) {
      if (each === undefined) continue
      const isByJoint = 'joints' in each
      const own = PARAMETER_NAMES.filter(hasJoints).join(', ')
      const message = `has no number for each joint; ${own} have`
      const refuse = (key: string, why: string) =>
        context.addIssue({ code: 'custom', path: [name, key], message: why })
      if (isByJoint && !hasJoints(name)) refuse('joints', message)
      const plain = isByJoint ? Object.values(each.joints) : [each]
      if (!plain.some(togetherOf)) continue
      if (isByJoint) refuse('joints', 'has `together`, which tells of all joints of one rule')
      else if (!hasJoints(name)) refuse('together', message)
    }
  })
const rulesByArm = z.record(z.string(), rules)

/** `configs/randomization/*.yaml`, or anybody's file. */
export const randomizationSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** What it is for, and where the ranges come from. */
  source: z.string(),
  /** Another randomization whose rules these add to and replace. */
  base: z.string().optional(),
  /** Parameters whose rules are not taken from the base. */
  without: z.array(z.enum(PARAMETER_NAMES as [string, ...string[]])).default([]),
  /**
   * An object sensor of configs/sensors, or a file: what it says replaces the base's rules, for every arm that has
   * some; rules of this file replace it.
   */
  sensor: z.string().optional(),
  /** Rules by arm name. Others are refused, unless there are no rules at all: then all are nominal. */
  arms: rulesByArm.default({}),
  /** Rules for one task, by task name and arm name: they replace the arm's. */
  tasks: z.record(z.string(), rulesByArm).default({}),
  /** Draws from beyond the ranges, to judge by: never to train with. */
  shift: z
    .strictObject({
      /** Share of the parameters that are out of range, others each time. */
      share: z.number().min(0).max(1),
      /** How far, in half ranges from the middle: they lie between 1 and this. */
      reach: z.number().min(1),
    })
    .optional(),
})

export type Randomization = z.infer<typeof randomizationSchema>
export type Rules = z.infer<typeof rules>
/** A randomization as it is written. */
export type RandomizationInput = z.input<typeof randomizationSchema>
export type Rule = z.infer<typeof plainRule>
export type RuleByJoint = Extract<z.infer<typeof rule>, { joints: unknown }>
