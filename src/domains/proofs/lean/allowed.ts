import { unsendable } from './requests.ts'
import { blanked } from './text.ts'

/** A step as it is sent, and how far its columns are moved there. */
export type ReadStep =
  | { readonly ok: true; readonly text: string; readonly sent: string }
  | { readonly ok: false; readonly message: string; readonly at?: readonly [number, number] }

/**
 * What runs programs of its own within a tactic, or asks the kernel not to look: refused so that states are what they
 * seem. It keeps nobody from anything: contexts may define tactics, and the judge asks nobody here.
 */
const refused =
  /\b(?:run_tac|run_meta|run_elab|run_cmd|by_elab|eval_expr|dbg_trace|dbg_sleep|initialize|builtin_initialize|unsafe|implemented_by|csimp|debug\.skipKernelTC|debug\.byAsSorry)\b|\bIO\.|#eval\b/u

/** Whether lines of a step begin a tactic of their own: those that stand as far left as the first, and go nothing on. */
const continues =
  /^(?:[|)\]}⟩]|<;>|_\s|(?:at|with|from|using|else|then|where|termination_by|decreasing_by)\b|:=)/u

/**
 * Reads a step: one tactic, or several on lines of their own or with `;` between them, which are put in parentheses since
 * the REPL takes one.
 */
export function readStep(tactic: string): ReadStep {
  const text = dedent(tactic)
  if (text === '') return { ok: false, message: 'there is no tactic' }
  const problem = unsendable(text)
  if (problem) return { ok: false, message: `this cannot be sent to the prover: ${problem}` }
  const plain = blanked(text)
  if (!plain.ok) return { ok: false, message: `the tactic is not whole: ${plain.message}` }
  if (plain.text.trim() === '') return { ok: false, message: 'there is no tactic' }
  const found = refused.exec(plain.text)
  if (found) {
    const at = [found.index, found.index + found[0].length] as const
    return { ok: false, message: `"${found[0]}" is no part of a proof step: it belongs into a file`, at }
  }
  const lines = plain.text.split('\n').slice(1)
  const several =
    lines.some((line) => /^\S/.test(line) && !continues.test(line)) ||
    /;/.test(plain.text.replaceAll('<;>', ''))
  return { ok: true, text, sent: several ? inParentheses(text) : text }
}

/** Every line moves one to the right, so that they stay below one another. */
function inParentheses(text: string): string {
  const lines = text.split('\n')
  const comment = /--/.test(lines.at(-1) ?? '')
  return `(${lines.join('\n ')}${comment ? '\n' : ''})`
}

/** Without blank lines around it and without the indentation that all lines have. */
function dedent(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n')
  const widths = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length)
  const first = widths[0] ?? 0
  const least = Math.min(...widths, first)
  return lines
    .map((line) => line.slice(Math.min(least, /^ */.exec(line)![0].length)))
    .join('\n')
    .trimEnd()
}

/** Commands that only tell something. */
const questions =
  /^#(?:check|check_failure|print|reduce|synth|where|help|find|search|simp|norm_num|leansearch|loogle)\b/u

/** A question as it is sent, or why it is none. */
export function readQuestion(
  query: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  const text = query.trim()
  const problem = unsendable(text)
  if (problem) return { ok: false, message: `this cannot be sent to the prover: ${problem}` }
  const plain = blanked(text)
  if (!plain.ok) return { ok: false, message: plain.message }
  const commands = plain.text.match(/(?:^|\n)\S/g)?.length ?? 0
  if (!questions.test(text) || commands > 1 || refused.test(plain.text))
    return {
      ok: false,
      message: 'a question is one command that only tells something, such as "#check Nat.add_comm"',
    }
  return { ok: true, text }
}
