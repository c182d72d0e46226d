import type { Finding } from '../../core/verdict.ts'
import { maxFindings } from './classify.ts'
import { type Stop, unsolved } from './design.ts'
import { answerPath } from './key.ts'
import type { Token } from './tokens.ts'

/** Words of processes that wait, and of values that no wire carries (IEEE 1364.1-2002, clause 7). */
const foreign = new Set(
  'wait wait_order fork join join_any join_none forever event real realtime shortreal string chandle class deassign'.split(
    ' ',
  ),
)
/** What a delay follows that changes nothing but when a value arrives. */
const processes = new Set(['always', 'always_ff', 'always_comb', 'always_latch'])
/** Where a statement may begin. */
const beginnings = new Set([';', ')', ':', 'begin', 'end', 'else', 'initial', 'do', ...processes])

/**
 * What in a text no circuit can do: wait inside a process, run processes of its own making, count in real numbers.
 * A prover cannot read it, so that without this a design could choose not to be proven. Delays of assignments are
 * left: synthesis ignores them, and honest designs have them.
 */
export function behaviourOnly(tokens: readonly Token[]): Finding[] {
  return tokens
    .flatMap((token, index): Finding[] => {
      const why = reasonAgainst(tokens, index)
      const message = `${token.text}: ${why}; no synthesiser makes a circuit of it`
      return why === undefined
        ? []
        : [{ code: 'not-synthesisable', severity: 'error', message, at: `${answerPath}:${token.line}` }]
    })
    .slice(0, maxFindings)
}

/** The verdict on a design that passes by what no circuit can do, unless the reference does such things too. */
export function circuitStop(design: readonly Token[], reference: readonly Token[]): Stop | undefined {
  const findings = behaviourOnly(design)
  if (findings.length === 0 || behaviourOnly(reference).length > 0) return undefined
  return { ...unsolved('not-synthesisable', ''), findings }
}

function reasonAgainst(tokens: readonly Token[], index: number): string | undefined {
  const { kind, text } = tokens[index]!
  const before = tokens[index - 1]?.text ?? ''
  if (kind === 'name')
    return foreign.has(text) && before !== '.' && !/^(?:local)?param(?:eter)?$/.test(before)
      ? 'it waits, or is no value of wires'
      : undefined
  if (text === '#' && beginnings.has(before)) return 'a statement that waits for time to pass'
  if (text === '@' && !processes.has(before) && (beginnings.has(before) || before === '='))
    return 'a statement that waits for an event'
  return undefined
}
