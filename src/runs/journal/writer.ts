import { stat, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeDirectories } from '../../core/directories.ts'
import { TouchstoneError } from '../../core/errors.ts'
import type { EventBody, JournalEvent, Recorder } from '../../core/events.ts'
import { type Account, accounted, accountOf } from './account.ts'
import { AppendFile, journalFailed } from './append.ts'
import { folded, type TrialState } from './fold.ts'
import { longestLine } from './lines.ts'
import { readJournal, type TornLine } from './reader.ts'

/** What an agent or a model makes as large as it likes, and no verdict depends on. */
const dispensable = new Set<EventBody['type']>([
  'reply',
  'action',
  'observation',
  'note',
  'consultation',
  'candidate',
])

/** An open journal. Events are numbered on from what the file had. */
export class Journal implements Recorder {
  /** What the file said when it was opened; undefined for a new one. */
  readonly before: TrialState | undefined
  readonly #file: AppendFile
  #seq: number
  #account: Account

  constructor(file: AppendFile, before: TrialState | undefined, seq: number) {
    this.#file = file
    this.before = before
    this.#seq = seq
    this.#account = accountOf(before)
  }

  /** What the trial has cost so far, in all its attempts. */
  get account(): Account {
    return this.#account
  }

  get path(): string {
    return this.#file.path
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#file.size
  }

  write(event: EventBody): void {
    if (event.type === 'reply' || event.type === 'candidate') this.#account = accounted(this.#account, event)
    const about = { seq: this.#seq++, at: Date.now() }
    const line = lineOf({ ...about, ...event })
    if (line !== undefined && line.length <= longestLine / 4) {
      this.#file.append(`${line}\n`)
    } else if (dispensable.has(event.type)) {
      // An agent that can stop a run by saying too much would do so.
      const text = `An event (${event.type}) is too large or too deep for a journal and is left out.`
      this.#file.append(`${lineOf({ ...about, type: 'note', text })}\n`)
    } else {
      this.#file.fail(new RangeError(`an event (${event.type}) is too large for a journal`))
    }
  }

  sync(): Promise<void> {
    return this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/**
 * Opens a trial's journal, making its directory. An existing one is read, a torn last line is cut off, and events
 * are appended. Throws `InfrastructureError`: `journal-failed` where it cannot be written, `journal-corrupt` where
 * what is there cannot be read.
 */
export async function openJournal(path: string): Promise<Journal> {
  try {
    return new Journal(await newFile(path), undefined, 0)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw journalFailed(path, thrown)
  }
  try {
    return await reopened(path)
  } catch (thrown) {
    throw thrown instanceof TouchstoneError ? thrown : journalFailed(path, thrown)
  }
}

async function newFile(path: string): Promise<AppendFile> {
  try {
    return await AppendFile.open(path, 'new')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    await makeDirectories(dirname(path))
    return AppendFile.open(path, 'new')
  }
}

async function reopened(path: string): Promise<Journal> {
  let torn: TornLine | undefined
  let before: TrialState | undefined
  let seq = -1
  const onTorn = (found: TornLine) => {
    torn = found
  }
  for await (const event of readJournal(path, { onTorn })) {
    before = folded(before, event)
    seq = event.seq
  }
  if (torn) await truncate(path, torn.offset)
  const { size } = await stat(path)
  return new Journal(await AppendFile.open(path, { size }), before, seq + 1)
}

/**
 * JSON of an event, also where an agent put in what JSON cannot hold: recording must not fail for that. Undefined
 * where it is longer than a string can be.
 */
function lineOf(event: JournalEvent): string | undefined {
  try {
    return JSON.stringify(event)
  } catch {
    return plainLineOf(event)
  }
}

function plainLineOf(event: JournalEvent): string | undefined {
  const above: unknown[] = []
  try {
    return JSON.stringify(event, function (this: unknown, _key, value: unknown) {
      while (above.length > 0 && above.at(-1) !== this) above.pop()
      if (typeof value === 'bigint') return `${value}n`
      if (typeof value !== 'object' || value === null) return value
      if (above.includes(value)) return '[circular]'
      above.push(value)
      return value
    })
  } catch {
    return undefined
  }
}
