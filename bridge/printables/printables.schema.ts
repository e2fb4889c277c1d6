import { z } from 'zod'

const lengthM = z.number().positive()

const part = z.discriminatedUnion('kind', [
  /** An object of a task, as large as the task's file says. */
  z.strictObject({
    kind: z.literal('object'),
    name: z.string(),
    task: z.string(),
    arm: z.string(),
    object: z.string(),
  }),
  /** One AprilTag on paper. */
  z.strictObject({
    kind: z.literal('tag'),
    name: z.string(),
    id: z.int().min(0).max(23),
    sizeM: lengthM,
  }),
  /** An angle with a slot in its upright side: base width (along the fold) and depth, outer height. */
  z.strictObject({
    kind: z.literal('mount'),
    name: z.string(),
    baseM: z.tuple([lengthM, lengthM]),
    heightM: lengthM,
    thicknessM: lengthM,
    slotWidthM: lengthM,
    slotDepthM: lengthM,
  }),
])

/** What is printed beside the sheet: `configs/printables/*.yaml`. */
export const printablesSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  parts: z.array(part),
})

export type PrintablePart = z.infer<typeof part>
