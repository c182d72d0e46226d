import { existsSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { InfrastructureError, messageOf, UsageError } from '../../core/errors.ts'
import { eventSchema, type JournalEvent, journalSchema } from '../../core/events.ts'
import { chunksOf } from './chunks.ts'
import { type Line, linesOf } from './lines.ts'

/** What a reader found at the end of a journal whose writer was cut off. */
export interface TornLine {
  readonly line: number
  /** Where the journal is whole up to, in bytes. */
  readonly offset: number
}

export interface ReadOptions {
  /** Called where the last line is torn; it is left out. */
  readonly onTorn?: (torn: TornLine) => void
}

/** The file of a journal: itself, or its compressed form where only that exists. Undefined where neither does. */
export function journalFile(path: string): string | undefined {
  return (path.endsWith('.zst') ? [path] : [path, `${path}.zst`]).find((one) => existsSync(one))
}

/**
 * The events of a journal in order, one at a time: `x.jsonl`, or `x.jsonl.zst` where only that is there. A torn
 * last line is left out and told to `onTorn`.
 *
 * Throws `UsageError` (`no-journal`; `newer-journal` where a later Touchstone wrote it) and `InfrastructureError`
 * (`journal-corrupt`) naming file and line.
 */
export async function* readJournal(path: string, options: ReadOptions = {}): AsyncGenerator<JournalEvent> {
  const file = journalFile(path)
  if (file === undefined) throw new UsageError('no-journal', `there is no journal ${path}`)
  let held: Line | undefined
  for await (const line of journalLines(file)) {
    if (held) yield eventOf(file, held)
    held = line
  }
  if (!held) return
  // After a power cut the last line may have its newline and not its content.
  const torn = !held.complete || !isJson(held.text)
  if (!torn) yield eventOf(file, held)
  else options.onTorn?.({ line: held.number, offset: held.offset })
}

async function* journalLines(file: string): AsyncGenerator<Line> {
  try {
    const bytes = chunksOf(file)
    yield* linesOf(file.endsWith('.zst') ? unpacked(bytes) : bytes)
  } catch (thrown) {
    throw corrupt(file, undefined, thrown)
  }
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpack = createZstdDecompress()
  const fed = pipeline(source, unpack)
  // The reader of `unpack` sees the same error; without this it would be reported as unhandled too.
  fed.catch(() => {})
  yield* unpack as AsyncIterable<Uint8Array>
  await fed
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function eventOf(file: string, line: Line): JournalEvent {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (thrown) {
    throw corrupt(file, line, thrown)
  }
  refuseNewer(file, value)
  const parsed = eventSchema.safeParse(value)
  if (!parsed.success) throw corrupt(file, line, z.prettifyError(parsed.error).replaceAll('\n', ' '))
  return parsed.data
}

function refuseNewer(file: string, value: unknown): void {
  const { type, schema } = (value ?? {}) as { type?: unknown; schema?: unknown }
  if (type !== 'trial' || typeof schema !== 'number' || schema <= journalSchema) return
  throw new UsageError(
    'newer-journal',
    `${file} has journal schema ${schema}; this Touchstone reads up to ${journalSchema}. Install a newer Touchstone to read it`,
  )
}

function corrupt(file: string, line: Line | undefined, why: unknown): InfrastructureError {
  const where = line ? `${file}:${line.number}` : file
  const message = `${where} is not a readable journal: ${messageOf(why)}. Move the file away and resume the run to do the trial again`
  return new InfrastructureError('journal-corrupt', message, { cause: why, retryable: false })
}
