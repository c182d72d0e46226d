import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf, UsageError } from '../core/errors.ts'
import type { Usage } from '../core/model.ts'

const price = z.number().nonnegative()

/** US dollars per million tokens. */
export const ratesSchema = z.object({
  input: price,
  /** Input that the provider read from its cache; as `input` where absent. */
  cachedInput: price.optional(),
  /** Input that the provider wrote to its cache; as `input` where absent. */
  cacheWrite: price.optional(),
  output: price,
})
export type Rates = z.infer<typeof ratesSchema>

/** A file of prices: the one that ships, and a user's own. */
export const priceFileSchema = z.object({
  version: z.literal(1),
  /** Day on which the table was put together. */
  date: z.iso.date(),
  note: z.string(),
  models: z.array(
    ratesSchema.extend({
      provider: z.string(),
      /** Regular expression for the whole of the provider's name of the model. */
      model: z.string(),
      /** For requests with more input tokens than this, all tokens at these rates. */
      long: ratesSchema.extend({ aboveInputTokens: z.number().int().positive() }).optional(),
      source: z.url(),
      /** When the price was read at the source, or how it is known instead. */
      known: z.string(),
    }),
  ),
})
export type PriceFile = z.infer<typeof priceFileSchema>
export type PriceEntry = PriceFile['models'][number]

/** The table that ships. Its name says when it was made. */
export const shippedPrices = new URL('prices-2026-11.json', import.meta.url)

/** Reads a price file. Throws `UsageError` where it is missing or not of the form that docs/models.md describes. */
export async function readPrices(path: string | URL): Promise<PriceFile> {
  try {
    const file = priceFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    for (const entry of file.models) new RegExp(entry.model)
    return file
  } catch (thrown) {
    const why = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown)
    throw new UsageError('price-file', `the price file ${path} cannot be used: ${why}`, { cause: thrown })
  }
}

/** The first entry that matches, in the order of the files; undefined where none knows the model. */
export function priceOf(
  files: readonly PriceFile[],
  provider: string,
  modelId: string,
): PriceEntry | undefined {
  return files
    .flatMap((file) => file.models)
    .find((entry) => entry.provider === provider && new RegExp(`^(?:${entry.model})$`).test(modelId))
}

/** US dollars for one reply; null without a price: an unknown price is not a price of nothing. */
export function costOf(
  entry: (Rates & Pick<PriceEntry, 'long'>) | undefined,
  usage: Usage,
  cacheWriteTokens = 0,
): number | null {
  if (!entry) return null
  const rates = entry.long && usage.inputTokens > entry.long.aboveInputTokens ? entry.long : entry
  const plainTokens = Math.max(0, usage.inputTokens - usage.cachedInputTokens - cacheWriteTokens)
  return (
    (plainTokens * rates.input +
      usage.cachedInputTokens * (rates.cachedInput ?? rates.input) +
      cacheWriteTokens * (rates.cacheWrite ?? rates.input) +
      usage.outputTokens * rates.output) /
    1_000_000
  )
}
