import type { Step } from '../prover.ts'
import type { ReadStep } from './allowed.ts'

/** `<input>:2:7: unknown tactic`: lines from 1, columns in whole characters. */
const place = /^(?:Lean error:\s*)?<input>:(\d+):(\d+): ([\s\S]*)$/u

/** An error of a step, with the word where Lean says it is; where the step cannot be read, none of it was done. */
export function errorOf(
  message: string,
  tactic: string,
  { text, sent }: Extract<ReadStep, { ok: true }>,
): Extract<Step, { kind: 'error' }> {
  const found = place.exec(message)
  if (!found) return { kind: 'error', message: message.replace(/^Lean error:\s*/, '').trim() }
  const said = { kind: 'error', message: found[3]!.trim() } as const
  const line = Number(found[1]) - 1
  const column = Number(found[2]) - (sent === text ? 0 : 1)
  const words = text.split('\n')[line]
  if (words === undefined) return said
  // The step was dedented: its lines stand in what was given, in their order.
  const given = tactic.split('\n')
  const first = given.findIndex((each) => each.trim() !== '')
  const whole = given[first + line]
  const moved = whole?.indexOf(words.trimEnd()) ?? -1
  if (whole === undefined || moved < 0) return said
  const at = [...words].slice(0, Math.max(0, column)).join('').length
  const start = given.slice(0, first + line).reduce((sum, each) => sum + each.length + 1, 0) + moved
  const [from, to] = wordAround(words, at)
  return { ...said, at: [start + from, start + to] }
}

function wordAround(line: string, at: number): readonly [number, number] {
  const inside = Math.min(at, Math.max(0, line.length - 1))
  const back = /\S*$/.exec(line.slice(0, inside))![0].length
  const on = /^\S*/.exec(line.slice(inside))![0].length
  return on === 0 && back === 0 ? [inside, line.length] : [inside - back, inside + on]
}
