import { z } from 'zod'

const direction = z.union([z.literal(1), z.literal(-1)])

const motion = z.union([
  z.strictObject({ kind: z.literal('joint'), index: z.int().min(0).max(31), direction }),
  /** Along an axis of the base frame: x, y, z. */
  z.strictObject({ kind: z.literal('tool'), index: z.int().min(0).max(2), direction }),
])

/** What a page may ask of the server: other worlds to look at; to stop the arm; to move it by hand. */
export const pageRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('newDraws') }),
  z.strictObject({ kind: z.literal('stop') }),
  z.strictObject({ kind: z.literal('take'), token: z.string().max(200) }),
  /** Said again and again while a button is held. */
  z.strictObject({ kind: z.literal('jog'), motion, share: z.number().min(0.01).max(1) }),
  z.strictObject({ kind: z.literal('letGo') }),
  /** The arm stands still, and the page wants to keep it. */
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({ kind: z.literal('giveBack') }),
])

/** What the page of a training may ask of it: to be held, to go on, to end with a checkpoint. */
export const trainingOrderSchema = z.strictObject({
  order: z.enum(['hold', 'goOn', 'stop']),
  token: z.string().max(200),
})

const runOrder = {
  /** Of the run, as a folder is called. */
  name: z.string().regex(/^\w[\w.-]{0,63}$/),
  /** From now on. */
  minutes: z.number().positive().max(100_000),
  token: z.string().max(200),
}

/** What the page of a folder of runs may ask: that a training begins. */
export const startOrderSchema = z.strictObject({
  ...runOrder,
  /** A name in `configs/train`. */
  config: z.string().max(100),
  /** Overrides of its values, as `--set` takes them. */
  set: z.array(z.string().max(200)).max(20).default([]),
})

/** That one goes on from its last checkpoint. */
export const resumeOrderSchema = z.strictObject(runOrder)

export type StartOrder = Omit<z.infer<typeof startOrderSchema>, 'token'>
export type ResumeOrder = Omit<z.infer<typeof resumeOrderSchema>, 'token'>

export type TrainingOrder = z.infer<typeof trainingOrderSchema>['order']

export type PageRequest = z.infer<typeof pageRequestSchema>
