import type { Mutant } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import { randomOf, seedOf } from '../../../core/seed.ts'
import type { Task } from '../../../core/task.ts'
import { answerPath, factsOf, type HardwareKey, topModule } from '../key.ts'
import { portsOf } from '../modules.ts'
import { oracleText } from '../oracle-run.ts'
import { checkDesign, checkSource, needsPreprocessor } from '../rules.ts'
import { tokenize } from '../tokens.ts'
import { applied, type Change, type Finder } from './change.ts'
import { blocking, edge } from './clocking.ts'
import { constant } from './constant.ts'
import { dropped } from './dropped.ts'
import { operator } from './operator.ts'
import { type Reading, readReference } from './reading.ts'
import { reset } from './reset.ts'
import { swapped } from './swapped.ts'
import { longCount, rareInput, stuck } from './wrapped.ts'

const kinds: Readonly<Record<string, Finder>> = {
  operator,
  constant,
  dropped,
  reset,
  swapped,
  edge,
  blocking,
  'rare-input': rareInput,
  'long-count': longCount,
  stuck,
}

/**
 * At most `count` designs with one small mistake each, made from the oracle's answer: the kinds take turns, the seed
 * chooses within them. All keep the reference's ports and the rules for designs; whether one compiles is found out
 * when it is examined. The same for the same task, count and seed.
 */
export function mutantsOf(task: Task<HardwareKey>, count: number, seed: string): Mutant[] {
  const reading = readReference(oracleText(task.key))
  if (reading === undefined) return []
  const random = randomOf(seedOf('mutants', seed, task.id))
  const lanes = shuffled(Object.entries(kinds), random).map(([kind, find]) => ({
    kind,
    made: 0,
    changes: shuffled(find(reading, random), random),
  }))
  const seen = new Set([wordsIn(reading.source)])
  const mutants: Mutant[] = []
  while (mutants.length < count) {
    const before = mutants.length
    for (const lane of lanes) {
      if (mutants.length >= count) break
      const made = firstNew(lane.changes, reading, task.key, seen)
      if (made === undefined) continue
      lane.made++
      mutants.push({
        name: `${lane.kind}-${lane.made}`,
        kind: lane.kind,
        description: made.description,
        submission: { kind: 'files', files: fileSet({ [answerPath]: made.text }) },
      })
    }
    if (mutants.length === before) break
  }
  return mutants
}

/** Takes changes until one makes a design that is new and legal. */
function firstNew(
  changes: Change[],
  reading: Reading,
  key: HardwareKey,
  seen: Set<string>,
): { text: string; description: string } | undefined {
  for (let change = changes.pop(); change !== undefined; change = changes.pop()) {
    const text = applied(reading.source, change)
    const words = wordsIn(text)
    if (seen.has(words) || !isLegal(text, reading.source, key)) continue
    seen.add(words)
    return { text, description: change.description }
  }
  return undefined
}

/** What counts: neither spaces nor comments. */
function wordsIn(text: string): string {
  return tokenize(text)
    .tokens.map((token) => token.text)
    .join(' ')
}

function isLegal(text: string, source: string, key: HardwareKey): boolean {
  const { tokens, text: plain, problem } = tokenize(text)
  if (problem !== undefined || checkSource(tokens).length > 0) return false
  const ports = (of: string) => JSON.stringify([...(portsOf(tokenize(of).tokens, topModule) ?? [])])
  if (ports(text) !== ports(source)) return false
  return needsPreprocessor(tokens) || checkDesign(plain, tokens, factsOf(key)).length === 0
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
