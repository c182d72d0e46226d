import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from '../../core/atomic.ts'
import { namePattern } from '../../core/task.ts'
import { stages } from '../source.ts'
import { forgeFiles } from './layout.ts'

const stageSchema = z.enum(stages)

export const changeSchema = z.object({
  /** Where in the plan: `service.command.1`. */
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type Change = z.infer<typeof changeSchema>

/** One try of a model to make a plan that holds. */
export const repairSchema = z.object({
  /** Why the plan before fell. */
  kind: z.string(),
  message: z.string(),
  changed: z.array(changeSchema),
  requests: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
  /** False where some replies had no price. */
  costKnown: z.boolean(),
  seconds: z.number(),
})
export type Repair = z.infer<typeof repairSchema>

/** What became of an item. It is on the disk before anybody is told. */
export const recordSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  path: z.string(),
  category: z.string(),
  /** What the outcome depends on: another one of these, and the item is forged again. */
  basis: z.object({
    fingerprint: z.string(),
    source: z.string(),
    sourceVersion: z.number(),
    backend: z.string(),
    suite: z.string(),
    /** How far it was to go. */
    until: z.enum(['written', 'answered', 'audited']),
    /** What the audit took, in words; null where there was none. */
    audit: z.string().nullable(),
    model: z.string().nullable(),
    repairs: z.number(),
  }),
  /** `written`: as far as `--only-write` goes, and not part of the suite. */
  outcome: z.enum(['proved', 'written', 'fallen', 'void']),
  /** The last stage that was reached. */
  reached: stageSchema,
  /** Whether it has a service; null where that is not known. */
  live: z.boolean().nullable(),
  /** What was decided, in the source's own form. */
  plan: z.unknown(),
  /** Why it went no further: `stage` is the one that it did not reach. */
  fallen: z.object({ stage: stageSchema, kind: z.string(), message: z.string(), log: z.string() }).nullable(),
  /** Why nothing can be said of it. */
  void: z
    .object({ stage: stageSchema, code: z.string(), message: z.string(), retryable: z.boolean() })
    .nullable(),
  proof: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  /** What the audit found, in words; null where there was none. */
  audit: z.object({ ok: z.boolean(), findings: z.array(z.string()) }).nullable(),
  repairs: z.array(repairSchema),
  files: z.number(),
  bytes: z.number(),
  /** Wall time of each step, in seconds. */
  seconds: z.object({
    understand: z.number(),
    write: z.number(),
    prove: z.number(),
    repair: z.number(),
    audit: z.number(),
  }),
})
export type ItemRecord = z.infer<typeof recordSchema>
export type Basis = ItemRecord['basis']
export type Until = Basis['until']

/** Puts a record on the disk, whole. Throws `InfrastructureError` (`cannot-write`). */
export async function writeRecord(directory: string, record: ItemRecord): Promise<void> {
  await writeAtomically(forgeFiles(directory).record(record.id), `${JSON.stringify(record)}\n`)
}

export async function removeRecord(directory: string, id: string): Promise<void> {
  await rm(forgeFiles(directory).record(id), { force: true })
}

/** One record after the other; undefined where it cannot be read, or is of another form: its item is forged again. */
export async function* readRecords(
  directory: string,
): AsyncGenerator<{ id: string; record: ItemRecord | undefined }> {
  const { records } = forgeFiles(directory)
  const entries = await readdir(records, { withFileTypes: true }).catch(() => [])
  // A pipe would be waited for without end, and a link leads elsewhere.
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  for (const name of names.sort()) {
    if (!name.endsWith('.json')) continue
    const text = await readFile(join(records, name), 'utf8').catch(() => '')
    const id = name.slice(0, -'.json'.length)
    // Of nobody's making here: `..` is no item, and leads to other directories.
    if (!namePattern.test(id)) continue
    const record = recordSchema.safeParse(parsed(text))
    yield { id, record: record.success && record.data.id === id ? record.data : undefined }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is said of an item with which nothing has been done. */
export const untouched = () => ({
  reached: 'found' as const,
  live: null,
  fallen: null,
  void: null,
  proof: null,
  audit: null,
  repairs: [],
  files: 0,
  bytes: 0,
  seconds: { understand: 0, write: 0, prove: 0, repair: 0, audit: 0 },
})
