import type { Place } from './place.ts'
import type { Repl, SayOptions } from './repl.ts'

/** A theorem and the tactics that prove it. */
export interface Written {
  /** None for an `example`, which nobody can ask about. */
  readonly name: string | undefined
  readonly statement: string
  readonly script: readonly string[]
}

/** A theorem with its proof, as it stands in a file. */
export function theoremText({ statement, script }: Pick<Written, 'statement' | 'script'>): string {
  const lines = script.flatMap((tactic) => tactic.split('\n'))
  return [`${statement} := by`, ...lines.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n')
}

/** Whether Lean takes the whole theorem without a hole, and on which axioms it then rests. */
export async function closeWith(
  repl: Repl,
  place: Place,
  written: Written,
  options: SayOptions,
): Promise<{ readonly ok: boolean; readonly message: string }> {
  const reply = await repl.command(place, theoremText(written), options)
  if (reply.kind === 'error') return { ok: false, message: reply.value.message }
  const { messages = [], sorries = [] } = reply.value
  const errors = messages.filter(({ severity }) => severity === 'error').map(({ data }) => data)
  if (errors.length > 0) return { ok: false, message: errors.join('\n') }
  const holes = messages.filter(
    ({ severity, data }) => severity === 'warning' && /\bdeclaration uses [`']?sorry/.test(data),
  )
  if (sorries.length > 0 || holes.length > 0) return { ok: false, message: 'the proof has holes (sorry)' }
  if (reply.kind !== 'command') return { ok: false, message: 'the prover does not say what came of it' }
  if (written.name === undefined) return { ok: true, message: '' }
  const asked = await repl.commandIn(reply.value.env, `#print axioms ${written.name}`, options)
  const said =
    asked.kind === 'error'
      ? asked.value.message
      : (asked.value.messages ?? []).map(({ data }) => data).join('\n')
  const axioms = axiomsIn(said)
  if (!axioms)
    return { ok: false, message: said || 'the prover does not say which axioms the theorem rests on' }
  if (axioms.includes('sorryAx')) return { ok: false, message: 'the proof has holes (sorryAx)' }
  return { ok: true, message: axioms.length === 0 ? '' : `it rests on ${axioms.join(', ')}` }
}

/** The axioms that `#print axioms` names, or undefined where it says something else. */
export function axiomsIn(said: string): string[] | undefined {
  if (/does not depend on any axioms/.test(said)) return []
  const listed = /depends on axioms: \[([^\]]*)\]/.exec(said)?.[1]
  return listed
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
