import { z } from 'zod'
import { PARAMETER_NAMES } from './parameters.ts'

const bounds = z.tuple([z.number(), z.number()]).refine(([a, b]) => a <= b, 'lower bound first')

const distribution = z.union([
  z.strictObject({ uniform: bounds }),
  z.strictObject({ logUniform: bounds.refine(([a]) => a > 0, 'logUniform needs positive bounds') }),
])

/** How one parameter varies, relative to its nominal value; never cumulative. */
const rule = z.union([
  z.strictObject({ set: distribution }),
  z.strictObject({ scale: distribution }),
  z.strictObject({ offset: distribution }),
])

const rules = z.partialRecord(z.enum(PARAMETER_NAMES as [string, ...string[]]), rule)

export const randomizationSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  /** What it is for, and where the ranges come from. */
  source: z.string(),
  /** Rules by arm name. An arm that is not listed stays nominal. */
  arms: z.record(z.string(), rules),
})

export type Randomization = z.infer<typeof randomizationSchema>
export type Rule = z.infer<typeof rule>
export type Distribution = z.infer<typeof distribution>
