import { z } from 'zod'
import { frameSchema } from '../../../robot/model/arm.schema.ts'

/** `shell`: printed or cast parts; `motor`: motors, hands; `hub`: discs on the joint axes; `screw`: small dark parts. */
export const FINISHES = ['shell', 'motor', 'hub', 'screw'] as const
export type Finish = (typeof FINISHES)[number]

const halfM = z.number().positive()

const placedOnLink = {
  /** Of the arm's description. */
  link: z.string(),
  /** Placement of the part's frame in the link's. */
  frame: frameSchema.default({ xyzM: [0, 0, 0], rpyRad: [0, 0, 0] }),
  /** Left out: light materials of the file are shell, dark ones motor. */
  finish: z.enum(FINISHES).optional(),
}

const part = z.union([
  /** In the repository: STL, or COLLADA as Blender writes it. */
  z.strictObject({ ...placedOnLink, file: z.string() }),
  /** In the place of a file that nobody may pass on. */
  z.strictObject({ ...placedOnLink, halfSizeM: z.tuple([halfM, halfM, halfM]) }),
])

/** What an arm looks like, and of which files `npm run meshes` makes the GLB beside it: `configs/meshes/*.yaml`. */
export const armMeshSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  title: z.string(),
  /** A clone of it is read, at this revision whatever is checked out. */
  repository: z.url(),
  revision: z.string().regex(/^[0-9a-f]{40}$/),
  copyright: z.string(),
  licence: z.literal('Apache-2.0'),
  /** How far a surface may be from the maker's [m]. */
  toleranceM: z.number().positive(),
  parts: z.array(part).min(1),
})

export type ArmMeshConfig = z.infer<typeof armMeshSchema>
export type MeshPart = ArmMeshConfig['parts'][number]
