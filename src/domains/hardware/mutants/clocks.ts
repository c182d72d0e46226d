import type { Reading } from './reading.ts'
import { statementEnd } from './statements.ts'
import { afterGroup } from './words.ts'

/** A process that an edge triggers. */
export interface Clocked {
  /** Index of `always` or `always_ff`. */
  readonly at: number
  /** The first word behind its sensitivity list. */
  readonly body: number
  readonly end: number
  /** Indexes of `posedge` and `negedge`, in order. */
  readonly edges: readonly number[]
}

export function clockedProcesses({ words, first, last }: Reading): Clocked[] {
  const found: Clocked[] = []
  for (let at = first; at < last; at++) {
    if (!/^always(_ff)?$/.test(words[at]!.text)) continue
    if (words[at + 1]?.text !== '@' || words[at + 2]?.text !== '(') continue
    const body = afterGroup(words, at + 2)
    const edges: number[] = []
    for (let index = at + 3; index < body; index++)
      if (/^(pos|neg)edge$/.test(words[index]!.text)) edges.push(index)
    if (edges.length > 0) found.push({ at, body, end: statementEnd(words, at), edges })
  }
  return found
}

const resetName = /^(?:a|s|as)?_?(?:re?se?t|rst|clr|clear|init)n?(?:_?n)?$|^(?:ar|ars|r)$/i

/** Whether people would call a signal of this name a reset. */
export function isReset(name: string): boolean {
  return resetName.test(name)
}

/** The clock of most processes, with the word of its edge; undefined in a design without any. */
export function clockOf(reading: Reading): { edge: string; name: string } | undefined {
  const counts = new Map<string, number>()
  for (const { edges } of clockedProcesses(reading))
    for (const index of edges) {
      const name = reading.words[index + 1]!.text
      if (!isReset(name)) {
        const key = `${reading.words[index]!.text} ${name}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  if (most === undefined) return undefined
  const [edge = '', name = ''] = most[0].split(' ')
  return { edge, name }
}
