import type { Finding } from '../../core/verdict.ts'
import { answerPath } from './key.ts'
import type { Token } from './tokens.ts'

/** The failure classes of VerilogEval's scorer, with the letter it prints for each. */
export const officialLetters = {
  pass: '.',
  syntax: 'S',
  'explicit-cast': 'e',
  'zero-width': '0',
  sensitivity: 'n',
  'wire-as-reg': 'w',
  'missing-module': 'm',
  'missing-clk': 'c',
  binding: 'p',
  'compile-error': 'C',
  timeout: 'T',
  'reset-style': 'r',
  mismatch: 'R',
} as const
export type OfficialClass = keyof typeof officialLetters

/** One pattern a line, tried in the official order on each line of the log; the first hit decides. */
const decisive: readonly (readonly [RegExp, OfficialClass])[] = [
  [/syntax error/, 'syntax'],
  [/error: This assignment requires an explicit cast/, 'explicit-cast'],
  [/error: Sized numeric constant must have a size greater than zero/, 'zero-width'],
  [/warning: always_comb process has no sensitivities/, 'sensitivity'],
  [/found no sensitivities so it will never trigger/, 'sensitivity'],
  [/is declared here as wire/, 'wire-as-reg'],
  [/Unknown module type/, 'missing-module'],
  [/Unable to bind wire\/reg\/memory `clk'/, 'missing-clk'],
]

/** The official class of a compiler's log; undefined where the log has nothing that a class of its own is for. */
export function classOfLog(log: string): OfficialClass | undefined {
  const lines = log.split('\n')
  for (const line of lines) {
    const hit = decisive.find(([pattern]) => pattern.test(line))
    if (hit !== undefined) return hit[1]
  }
  return lines.some((line) => line.includes('Unable to bind wire/reg')) ? 'binding' : undefined
}

/** A failing design with an edge on its reset is put down to the style of reset, as the official scorer does. */
export function classOfMismatch(tokens: readonly Token[]): OfficialClass {
  const edge = tokens.some(
    ({ text }, index) =>
      (text === 'posedge' && ['reset', 'r'].includes(tokens[index + 1]?.text ?? '')) ||
      (text === 'negedge' && tokens[index + 1]?.text === 'reset'),
  )
  return edge ? 'reset-style' : 'mismatch'
}

/** A flood of offences says no more than the first ones. */
export const maxFindings = 20

/** The compiler's lines about the submission, and none about the key. */
export function logFindings(log: string, reason: string): Finding[] {
  const findings: Finding[] = []
  for (const line of log.split('\n')) {
    const match = /^TopModule\.sv:(\d+): (?:(error|warning|sorry): )?(.*)$/.exec(line)
    if (match === null || match[3]!.trim().startsWith(':')) continue
    const severity = match[2] === 'warning' ? 'warning' : 'error'
    findings.push({
      code: severity === 'error' ? reason : 'warning',
      severity,
      message: match[3]!.slice(0, 300),
      at: `${answerPath}:${match[1]}`,
    })
  }
  // Errors first: they are what a repair must begin with.
  findings.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
  return findings.slice(0, maxFindings)
}

export function lastLine(log: string): string {
  return log.trim().split('\n').at(-1)?.slice(0, 300) || 'it gave no reason'
}
