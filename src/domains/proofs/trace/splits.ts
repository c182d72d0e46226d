import { writeAtomically } from '../../../core/atomic.ts'
import { randomOf, seedOf } from '../../../core/seed.ts'
import { traceFiles } from './layout.ts'
import { readTrace } from './read.ts'
import { type Split, schemaVersion } from './schema.ts'

/** What a split has to know of a theorem. */
interface Entry {
  readonly id: string
  readonly file: string
}

const shares = { validation: 0.1, test: 0.1 }

/**
 * Splits the proved theorems of a trace in three ways and writes them beside it. Of theorems with the same statement only
 * the first one is in a split. The same trace and seed give the same splits. Throws as `readTrace`.
 */
export async function writeSplits(directory: string, seed: string): Promise<readonly Split[]> {
  const seen = new Set<string>()
  const entries: Entry[] = []
  let duplicates = 0
  for await (const { id, file, digest, proved } of readTrace(directory)) {
    if (!proved) continue
    if (seen.has(digest)) duplicates++
    else entries.push({ id, file })
    seen.add(digest)
  }
  const splits = splitsOf(entries, seed).map((split) => ({ ...split, duplicates }))
  for (const split of splits)
    await writeAtomically(traceFiles(directory).split(split.split), `${JSON.stringify(split, null, 1)}\n`)
  return splits
}

/** The three splits of theorems that are given in the order of the trace. */
export function splitsOf(entries: readonly Entry[], seed: string): Omit<Split, 'duplicates'>[] {
  const head = { schema: schemaVersion, seed } as const
  const shuffled = shuffle(entries, seedOf(seed, 'random'))
  const { unseen, test } = unseenOf(entries, seedOf(seed, 'unseen-directory'))
  const seen = shuffle(
    entries.filter((entry) => !test.has(entry)),
    seedOf(seed, 'seen-directory'),
  )
  const validation = new Set(seen.slice(0, Math.round(entries.length * shares.validation)))
  return [
    { ...head, split: 'chronological', ...cut(entries) },
    { ...head, split: 'random', ...inOrder(entries, cut(shuffled)) },
    {
      ...head,
      split: 'unseen-directory',
      unseen,
      ...parted(entries, (entry) =>
        test.has(entry) ? 'test' : validation.has(entry) ? 'validation' : 'train',
      ),
    },
  ]
}

type Parts = Pick<Split, 'train' | 'validation' | 'test'>

function cut(entries: readonly Entry[]): Parts {
  const ids = entries.map(({ id }) => id)
  const validation = Math.round(ids.length * (1 - shares.validation - shares.test))
  const test = Math.round(ids.length * (1 - shares.test))
  return {
    train: ids.slice(0, validation),
    validation: ids.slice(validation, test),
    test: ids.slice(test),
  }
}

function inOrder(entries: readonly Entry[], parts: Parts): Parts {
  const of = new Map<string, keyof Parts>()
  for (const part of ['train', 'validation', 'test'] as const) for (const id of parts[part]) of.set(id, part)
  return parted(entries, ({ id }) => of.get(id) as keyof Parts)
}

function parted(entries: readonly Entry[], partOf: (entry: Entry) => keyof Parts): Parts {
  const parts: Parts = { train: [], validation: [], test: [] }
  for (const entry of entries) parts[partOf(entry)].push(entry.id)
  return parts
}

/**
 * Whole directories below the root, until their theorems are the test's share; one that would be more than twice that is
 * passed over. Files in the root itself are one directory (`.`).
 */
function unseenOf(entries: readonly Entry[], seed: string) {
  const byDirectory = Map.groupBy(entries, ({ file }) => (file.includes('/') ? file.split('/', 1)[0]! : '.'))
  const wanted = entries.length * shares.test
  const test = new Set<Entry>()
  const unseen: string[] = []
  for (const directory of shuffle([...byDirectory.keys()].sort(), seed)) {
    const theorems = byDirectory.get(directory) as Entry[]
    if (test.size >= wanted) break
    if (test.size + theorems.length > 2 * wanted) continue
    unseen.push(directory)
    for (const entry of theorems) test.add(entry)
  }
  return { unseen: unseen.sort(), test }
}

function shuffle<T>(items: readonly T[], seed: string): T[] {
  const random = randomOf(seed)
  const shuffled = [...items]
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T]
  }
  return shuffled
}
