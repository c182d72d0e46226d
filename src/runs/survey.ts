import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf, UsageError } from '../core/errors.ts'
import type { TrialIdentity } from '../core/events.ts'
import { nothingSpent, type Spent } from './journal/account.ts'
import { settleCompression } from './journal/compress.ts'
import { foldTrial } from './journal/fold.ts'
import { readJournal } from './journal/reader.ts'
import { filesOf, journalPath } from './layout.ts'
import { indexLines, resultOfState, type TrialResult, trialResultSchema } from './results.ts'

/** How a trial stands, by its journal. */
export type Standing =
  /** `indexed` is false where `results.jsonl` does not say so. */
  | {
      readonly state: 'judged' | 'void'
      readonly id: string
      readonly result: TrialResult
      readonly indexed: boolean
    }
  /** Begun and not ended: under way, or cut off. */
  | {
      readonly state: 'open'
      readonly id: string
      readonly identity?: TrialIdentity
      readonly spent: Spent
    }
  /** Its journal cannot be read. */
  | { readonly state: 'unreadable'; readonly id: string; readonly message: string }

/**
 * How every trial that was begun stands. The journals are the truth: a line of the index counts only while its
 * journal is there and has the size it had then; every other journal is read. Keeps a small record a trial.
 * Throws `UsageError` (`newer-journal`).
 */
export async function* survey(directory: string): AsyncGenerator<Standing> {
  const latest = await latestLines(directory)
  const told = new Set<string>()
  for await (const { line, value } of indexLines(directory)) {
    const id = (value as { id?: unknown } | null)?.id
    if (typeof id !== 'string' || latest.get(id) !== line) continue
    const parsed = trialResultSchema.safeParse(value)
    if (!parsed.success || !agrees(directory, parsed.data)) continue
    told.add(id)
    yield { state: parsed.data.end, id, result: parsed.data, indexed: true }
  }
  latest.clear()
  for await (const id of journalIds(directory)) {
    if (!told.has(id)) yield await standingOf(directory, id)
  }
}

/** How one trial stands, from its journal alone. */
export async function standingOf(directory: string, id: string): Promise<Standing> {
  try {
    const path = journalPath(directory, id)
    const state = await foldTrial(readJournal(path))
    const result = state && resultOfState(state, sizeIfAny(path) ?? 0)
    if (result) return { state: result.end, id, result, indexed: false }
    return {
      state: 'open',
      id,
      ...(state && { identity: state.identity }),
      spent: state?.spent ?? nothingSpent,
    }
  } catch (thrown) {
    if (thrown instanceof UsageError && thrown.code === 'newer-journal') throw thrown
    return { state: 'unreadable', id, message: messageOf(thrown) }
  }
}

/** The number of the last line of the index about each trial. */
async function latestLines(directory: string): Promise<Map<string, number>> {
  const latest = new Map<string, number>()
  for await (const { line, value } of indexLines(directory)) {
    const id = (value as { id?: unknown } | null)?.id
    if (typeof id === 'string') latest.set(id, line)
  }
  return latest
}

function agrees(directory: string, { id, end, bytes }: TrialResult): boolean {
  const path = journalPath(directory, id)
  const size = sizeIfAny(path)
  if (size !== undefined) return size === bytes
  // Only judged journals are compressed, and never written to again.
  return end === 'judged' && sizeIfAny(`${path}.zst`) !== undefined
}

function sizeIfAny(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

/** The ids of the trials that have a journal, a task's directory at a time. */
export async function* journalIds(directory: string): AsyncGenerator<string> {
  for await (const { at, names } of taskDirectories(directory)) {
    const ids = new Set<string>()
    for (const name of names) {
      const match = /^(.+\.\d+)\.jsonl(?:\.zst)?$/.exec(name)
      if (match) ids.add(`${at}/${match[1]}`)
    }
    yield* ids
  }
}

/** Ends what compressions were cut off. Only for the holder of the run's lock. */
export async function settleCompressions(directory: string): Promise<void> {
  const { trials } = filesOf(directory)
  for await (const { at, names } of taskDirectories(directory)) {
    const compressed = names.filter((name) => /\.zst(?:\.tmp)?$/.test(name))
    const plain = new Set(compressed.map((name) => name.replace(/\.zst(?:\.tmp)?$/, '')))
    const all = new Set(names)
    for (const name of plain) if (all.has(name)) await settleCompression(join(trials, at, name))
  }
}

/** The directories of tasks below `trials/`, with the names in each; other work gets its turn in between. */
async function* taskDirectories(directory: string): AsyncGenerator<{ at: string; names: string[] }> {
  const { trials } = filesOf(directory)
  for (const suite of namesIn(trials)) {
    for (const task of namesIn(join(trials, suite))) {
      yield { at: `${suite}/${task}`, names: namesIn(join(trials, suite, task)) }
      await nextTurn()
    }
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw thrown
  }
}
