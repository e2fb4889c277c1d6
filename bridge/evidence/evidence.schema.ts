import { z } from 'zod'

const count = z.number().int().positive()

const share = z.number().min(0).max(1)

/** What is asked of a figure: of all that its interval holds, not of its middle. */
const bar = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('success'), thresholdM: z.number().positive(), atLeast: share }),
  /** Of `--against`: success here minus success there, on the same draws. */
  z.strictObject({ of: z.literal('difference'), atLeast: z.number().min(-1).max(1) }),
  /** Of a population of arms: their mean. */
  z.strictObject({ of: z.literal('arms'), atLeast: share }),
  /** Of a population of arms: the mean of the worst tenth, which has no interval. */
  z.strictObject({ of: z.literal('worstTenth'), atLeast: share }),
  /** Of `--goals`: success with the last goal, above that of another figure. */
  z.strictObject({ of: z.literal('lastGoal'), above: z.string() }),
  /** Of a training: how long until an evaluation had such a success. */
  z.strictObject({ of: z.literal('minutes'), success: share, atMost: z.number().positive() }),
])

const bars = z.array(bar).default([])
const until = z.string().regex(/^(steps|success)=[\d.e]+$/)

/** A policy that is trained before figures of it are taken. */
const training = z.strictObject({
  /** Figures name it in braces, `eval {lstm} …`: they are taken of every seed's policy. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** A command of sim2arm, without --seed, --until, --minutes and --out. */
  command: z.string(),
  /** One run each. With --quick the first alone. */
  seeds: z.array(z.number().int().min(0)).min(1),
  /** Where runs end: after as many steps, on a slow machine as on a fast one, or at a success. */
  until,
  quickUntil: until,
  /** After which a run has failed that has not come so far. */
  minutes: z.number().positive().optional(),
  bars,
})

const figure = z.strictObject({
  /** What it is a figure of; unique. */
  name: z.string(),
  /** A command of sim2arm with its arguments, without --episodes and --json. */
  command: z.string(),
  episodes: count,
  /** With --quick: enough to see that it still holds roughly. */
  quickEpisodes: count,
  bars,
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
    for (const [index, { command, bars }] of figures.entries()) {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: ['figures', index, path], message })
      const [, trained] = TRAINED.exec(command) ?? []
      if (trained !== undefined && !trainings.some(({ name }) => name === trained)) {
        refuse('command', `there is no training ${trained}`)
      }
      for (const each of bars) {
        if (each.of !== 'lastGoal' || figures.some(({ name }) => name === each.above)) continue
        refuse('bars', `there is no figure ${each.above}`)
      }
    }
  })

/** Where a command names the policies of a training. */
export const TRAINED = /\{([^}]*)\}/

export type EvidenceConfig = z.infer<typeof evidenceSchema>
export type Bar = z.infer<typeof bar>
