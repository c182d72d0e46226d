import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeAtomically } from '../../core/atomic.ts'
import { UsageError } from '../../core/errors.ts'
import type { RawItem } from '../source.ts'
import { forgeFiles } from './layout.ts'

/** What a forge was asked to do last. */
export const settingsSchema = z.object({
  schema: z.literal(1),
  source: z.object({ name: z.string(), version: z.number(), description: z.string() }),
  suite: z.object({ name: z.string(), version: z.string(), licence: z.string(), origin: z.string() }),
  backend: z.string(),
  until: z.enum(['written', 'answered', 'audited']),
  /** What the audit takes, in words; null where there is none. */
  audit: z.string().nullable(),
  model: z.string().nullable(),
  repairs: z.number(),
  /** Only the items whose id or path matches this glob. */
  task: z.string().nullable(),
  limit: z.number().nullable(),
  /** ISO 8601. */
  startedAt: z.string(),
})
export type ForgeSettings = z.infer<typeof settingsSchema>

const itemsSchema = z.array(z.object({ id: z.string(), path: z.string(), category: z.string() }))
export type FoundItem = z.infer<typeof itemsSchema>[number]

/** Throws `InfrastructureError` (`cannot-write`). */
export async function writeSettings(
  directory: string,
  settings: ForgeSettings,
  items: readonly RawItem[],
): Promise<void> {
  const files = forgeFiles(directory)
  const found = items.map(({ id, path, category }) => ({ id, path, category }))
  await writeAtomically(files.items, `${JSON.stringify(found)}\n`)
  await writeAtomically(files.settings, `${JSON.stringify(settings, null, 2)}\n`)
}

/** Throws `UsageError` (`not-a-forge`). */
export async function readSettings(
  directory: string,
): Promise<{ settings: ForgeSettings; items: FoundItem[] }> {
  const files = forgeFiles(directory)
  try {
    const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))
    return {
      settings: settingsSchema.parse(await read(files.settings)),
      items: itemsSchema.parse(await read(files.items)),
    }
  } catch (thrown) {
    throw new UsageError(
      'not-a-forge',
      `${directory} was not made by touchstone forge, or its .forge is broken. Name a directory that was given with --out`,
      { cause: thrown },
    )
  }
}

/**
 * Throws `UsageError` (`other-material`) where the suite was forged from something else: what stands in it would be taken
 * out, as tasks of items that are gone.
 */
export async function refuseOther(
  directory: string,
  source: { readonly name: string },
  origin: string,
): Promise<void> {
  const before = await readSettings(directory).catch(() => undefined)
  if (!before) return
  const { source: other, suite } = before.settings
  if (other.name === source.name && suite.origin === origin) return
  throw new UsageError(
    'other-material',
    `${directory} was forged from ${suite.origin} by "${other.name}", and not from ${origin} by "${source.name}": its tasks would be lost. Name another directory with --out, or remove this one first`,
  )
}
