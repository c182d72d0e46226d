import { type Sentence, sentencesOf, skipBlanks } from './sentences.ts'
import { unsendable } from './xml.ts'

/** Characters of one step, and of a context. */
const stepBound = 256 * 1024
const contextBound = 16 * 1024 ** 2

/** A step's sentences, or why it is none: in words that say what would be one. */
export type Reading =
  | { readonly ok: true; readonly sentences: readonly Sentence[] }
  | { readonly ok: false; readonly message: string; readonly at?: readonly [number, number] }

/** Splits a text. Refuses what cannot be sent and a last sentence that does not end. */
export function readSentences(text: string, bound = contextBound): Reading {
  if (text.length > bound)
    return { ok: false, message: `the text has ${text.length} characters; at most ${bound} are taken` }
  const problem = unsendable(text)
  if (problem) return { ok: false, message: problem }
  const sentences = [...sentencesOf(text)]
  const last = sentences.at(-1)
  if (last?.kind === 'open')
    return {
      ok: false,
      message:
        'the last sentence does not end: a sentence ends with "." and a blank, a string and a comment must be closed',
      at: [last.start, last.end],
    }
  return { ok: true, sentences }
}

/** What a step may be: one or more sentences that work on the proof and on nothing else. */
export function readStep(text: string): Reading {
  const read = readSentences(text, stepBound)
  if (!read.ok) return read
  if (read.sentences.length === 0) return { ok: false, message: 'there is no sentence in the step' }
  for (const sentence of read.sentences) {
    const message = refusal(sentence)
    if (message) return { ok: false, message, at: [sentence.start, sentence.end] }
  }
  return read
}

/** What a question may be: one sentence that only prints. */
export function readQuestion(text: string): Reading {
  const read = readSentences(/\.\s*$/.test(text) ? text : `${text}.`, stepBound)
  if (!read.ok) return read
  const [sentence, ...more] = read.sentences
  if (!sentence || more.length > 0)
    return { ok: false, message: 'a question is one sentence, such as "Check plus."' }
  const head = headOf(sentence.text)
  if (!queries.has(head) || (head === 'Print' && sentence.text.includes('"')))
    return { ok: false, message: `a question begins with one of: ${[...queries].join(', ')}` }
  return read
}

/**
 * Commands that only work on the proof. Every command of Rocq begins with a capital letter and every tactic of its own
 * with a small one, so that this list and what begins otherwise are all that is allowed; tactics that a library defines
 * with a capital letter have to be asked for by name (`capitalTactic`).
 */
const proofCommands: ReadonlySet<string> = new Set([
  'Proof',
  'Unshelve',
  'Unfocus',
  'Unfocused',
  'Focus',
  'Guarded',
  'Existential',
  'Grab',
])
const queries: ReadonlySet<string> = new Set([
  'Check',
  'Print',
  'About',
  'Search',
  'SearchPattern',
  'SearchRewrite',
  'Locate',
  'Show',
  'Eval',
  'Compute',
])
/** Commands that another sentence follows. */
const controls: ReadonlySet<string> = new Set(['Time', 'Fail', 'Succeed', 'Timeout'])

function refusal(sentence: Sentence): string | undefined {
  if (sentence.kind !== 'sentence') return undefined
  const text = withoutControls(sentence.text)
  if (text.startsWith('#')) return 'attributes belong to commands: a step is made of tactics'
  const head = headOf(text)
  if (!/^\p{Lu}/u.test(head)) return undefined
  if (head === 'Print' && text.includes('"')) return '"Print" with a string writes a file: a step must not'
  if (queries.has(head)) return undefined
  if (head === 'Proof')
    return proofLine.test(text) ? undefined : '"Proof term." ends the proof: use "exact term."'
  if (proofCommands.has(head)) return undefined
  if (commands.has(head))
    return `"${head}" is not a step of a proof: a step is made of tactics that keep the proof open`
  return undefined
}

/** The name with a capital letter that a step's sentence begins with, where only the prover knows whether it is a tactic. */
export function capitalTactic(sentence: Sentence): string | undefined {
  if (sentence.kind !== 'sentence') return undefined
  const head = headOf(withoutControls(sentence.text))
  return /^\p{Lu}/u.test(head) && !proofCommands.has(head) && !queries.has(head) ? head : undefined
}

const proofLine = /^Proof\s*(\.$|using\b|with\b)/

/** The text behind `Time`, `Fail`, `Timeout 5` and goal selectors. */
function withoutControls(text: string): string {
  let rest = text
  for (;;) {
    const at = Math.max(0, skipBlanks(rest, 0))
    rest = rest.slice(at)
    const head = /^[\p{L}_][\p{L}\p{N}_']*/u.exec(rest)?.[0] ?? ''
    if (controls.has(head)) {
      rest = rest.slice(head.length)
      const number = head === 'Timeout' ? /^\s*\d+/.exec(rest) : null
      rest = rest.slice(number?.[0].length ?? 0)
      continue
    }
    const chosen = /^(?:\d[\d\s,-]*|(?:\[\s*[\p{L}_][^\]]*\]|all|par|!)\s*):(?![=:])/u.exec(rest)
    if (!chosen) return rest
    rest = rest.slice(chosen[0].length)
  }
}

function headOf(text: string): string {
  const at = Math.max(0, skipBlanks(text, 0))
  return /^[\p{L}_][\p{L}\p{N}_']*/u.exec(text.slice(at))?.[0] ?? ''
}

/** Commands that leave nothing behind when the prover goes back before them, or that only declare what it forgets then. */
const declarations = (
  'Require Import Export From Open Close Definition Fixpoint CoFixpoint Inductive CoInductive Variant Record Structure ' +
  'Class Instance Existing Context Variable Variables Hypothesis Hypotheses Parameter Parameters Axiom Axioms Conjecture ' +
  'Conjectures Section Module End Include Notation Infix Reserved Coercion Canonical Arguments Implicit Generalizable Bind ' +
  'Delimit Undelimit Declare Lemma Theorem Fact Remark Corollary Proposition Property Example Goal Let Program Obligation ' +
  'Obligations Next Solve Admit Qed Defined Admitted Abort Save Function Functional Scheme Combined Derive Ltac Tactic ' +
  'Ltac2 Hint Create Remove Opaque Transparent Strategy Universe Universes Constraint Polymorphic Monomorphic Set Unset ' +
  'Global Local Private Cumulative NonCumulative Typeclasses Add Register Primitive Equations Number String Numeral ' +
  'Format Collection Test Fail Identity SubClass Enable Disable Prenex'
).split(' ')
/** Commands that reach outside: files, the process itself, its plug-ins and its history. */
const outward = (
  'Redirect Cd Pwd Drop Quit Load Extraction Recursive Separate Extract Back BackTo Undo Restart Reset Write Type ' +
  'Debug Inspect Optimize Profile Comments Exit Compile Begin Generate Instructions Redirect Attributes Proof ' +
  'Infix Show Prefix'
).split(' ')
const commands: ReadonlySet<string> = new Set([...declarations, ...outward])
const harmless: ReadonlySet<string> = new Set([...declarations, ...proofCommands, ...queries])
/** Commands that change where the prover is in its own history: this side would not know any more where it stands. */
const history: ReadonlySet<string> = new Set([
  'Back',
  'BackTo',
  'Undo',
  'Restart',
  'Reset',
  'Drop',
  'Quit',
  'Exit',
])

/**
 * What a context's sentence does to the process that reads it. `doubtful`: it may leave something behind that going back
 * does not take away, so that the process must serve nobody else afterwards. `refused`: it cannot be followed.
 */
export function contextRisk({ text, kind }: Sentence): 'none' | 'doubtful' | 'refused' {
  if (kind !== 'sentence') return 'none'
  const inner = withoutControls(text).replace(/^(?:#\[[^\]]*\]\s*)+/, '')
  const head = headOf(inner)
  if (history.has(head)) return 'refused'
  if (!/^\p{Lu}/u.test(head)) return 'none'
  if (/^(?:Declare\s+ML|Add\s+(?:Rec\s+)?(?:LoadPath|ML)|Remove\s+LoadPath)\b/.test(inner)) return 'doubtful'
  if (head === 'Print' && inner.includes('"')) return 'doubtful'
  return harmless.has(head) ? 'none' : 'doubtful'
}
