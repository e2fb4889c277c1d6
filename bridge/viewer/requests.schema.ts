import { z } from 'zod'

/** What a page may ask of the server: other worlds to look at. */
export const pageRequestSchema = z.strictObject({ kind: z.literal('newDraws') })

export type PageRequest = z.infer<typeof pageRequestSchema>
