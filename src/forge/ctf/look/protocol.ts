import { z } from 'zod'
import { factsSchema } from '../facts.ts'
import { limits } from './limits.ts'

/** What a looker is asked, a line of JSON each. */
export type Request =
  | { readonly do: 'hello' }
  | { readonly do: 'look'; readonly path: string; readonly category: string }
  | { readonly do: 'extract'; readonly path: string; readonly sources: readonly string[] }

/** The file in a looker's work directory that it extracts into. */
export const parcelFile = 'parcel'

/** `late`: the time was over, which it need not be when it is asked again. */
const failed = z.strictObject({ error: z.string().max(2000), late: z.literal(true).optional() })

/** What it answers, a line of JSON each. Not to be trusted. */
export const answers = {
  hello: z.union([z.strictObject({ readable: z.boolean() }), failed]),
  look: z.union([z.strictObject({ facts: factsSchema }), failed]),
  extract: z.union([
    z.strictObject({
      parcels: z
        .array(z.tuple([z.string(), z.number().int().nonnegative().max(limits.fileBytes)]))
        .max(10_000),
    }),
    failed,
  ]),
}
export type Answer<Kind extends Request['do']> = Exclude<z.infer<(typeof answers)[Kind]>, { error: string }>

/** Longest line that a looker may print, in bytes. */
export const mostLine = 16 * 1024 ** 2
