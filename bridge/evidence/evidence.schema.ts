import { z } from 'zod'

const count = z.number().int().positive()

/** A policy that is trained before figures of it are taken. */
const training = z.strictObject({
  /** Figures name it in braces, `eval {lstm} …`: they are taken of every seed's policy. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** A command of sim2arm, without --seed, --until, --minutes and --out. */
  command: z.string(),
  /** One run each. With --quick the first alone. */
  seeds: z.array(z.number().int().min(0)).min(1),
  /** Runs end after so many steps, on a slow machine as on a fast one. */
  steps: count,
  quickSteps: count,
})

const figure = z.strictObject({
  /** What it is a figure of; unique. */
  name: z.string(),
  /** A command of sim2arm with its arguments, without --episodes and --json. */
  command: z.string(),
  episodes: count,
  /** With --quick: enough to see that it still holds roughly. */
  quickEpisodes: count,
})

const areUnique = (named: readonly { readonly name: string }[]) =>
  new Set(named.map(({ name }) => name)).size === named.length

/** `configs/evidence/*.yaml`: figures that are reported, and how each is found again. */
export const evidenceSchema = z
  .strictObject({
    version: z.literal(1),
    trainings: z.array(training).default([]).refine(areUnique, 'names must differ'),
    figures: z.array(figure).min(1).refine(areUnique, 'names must differ'),
  })
  .superRefine(({ trainings, figures }, context) => {
    for (const [index, { command }] of figures.entries()) {
      const [, name] = TRAINED.exec(command) ?? []
      if (name === undefined || trainings.some((each) => each.name === name)) continue
      const path = ['figures', index, 'command']
      context.addIssue({ code: 'custom', path, message: `there is no training ${name}` })
    }
  })

/** Where a command names the policies of a training. */
export const TRAINED = /\{([^}]*)\}/

export type EvidenceConfig = z.infer<typeof evidenceSchema>
