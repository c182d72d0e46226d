import { type Sentence, skipBlanks } from '../../rocq/sentences.ts'
import { type End, rejected, unsolved } from '../course.ts'
import type { Asked } from './examine.ts'
import { answered, answerModule, checkModule } from './files.ts'
import { ownAxioms, type Prepared } from './prepare.ts'

/**
 * Weighs the axioms that the theorem rests on. They come with the shortest name that tells them apart, so that all of
 * the checker's full names that end in it must be allowed. Undefined where all are.
 */
export function axiomsEnd(
  printed: readonly string[],
  full: readonly string[],
  { theorem, formal, sentences }: Asked,
  prepared: Prepared,
): End | undefined {
  const own = ownAxioms(prepared, theorem, formal)
  const allowed = (name: string) => own.has(name) || formal.axioms.includes(name)
  const wrong = printed.map(fullyNamed).flatMap((name) => {
    const candidates = full.filter((each) => each === name || each.endsWith(`.${name}`))
    const bad = candidates.length === 0 ? [name] : candidates
    return bad.filter((each) => !allowed(each))
  })
  if (wrong.length === 0) return undefined
  const names = [...new Set(wrong)].sort()
  // An axiom is stated, a hole is left: both are axioms to the kernel, and only the text knows which it was.
  if (names.every((name) => name.startsWith(`${answerModule}.`)) && !sentences.some(statesAxiom))
    return unsolved('incomplete', `the proof has holes (Admitted, admit): ${names.join(', ')}`)
  return rejected(
    'axioms',
    names.map((name) => `the theorem rests on ${name}, which the task does not allow`),
  )
}

/** The checker knows the answer's things by the answer's own name. */
function fullyNamed(name: string): string {
  const seen = `${checkModule}.${answered}.`
  return name.startsWith(seen) ? `${answerModule}.${name.slice(seen.length)}` : name
}

/** Whether a sentence states an axiom: behind blanks, comments, attributes and words that other commands have too. */
function statesAxiom({ text }: Sentence): boolean {
  for (let at = skipBlanks(text, 0); at >= 0; at = skipBlanks(text, at)) {
    before.lastIndex = at
    const found = before.exec(text)
    if (!found) {
      stating.lastIndex = at
      return stating.test(text)
    }
    at += found[0].length
  }
  return false
}

const before = /#\[[^\]]*\]|(?:Local|Global|Polymorphic|Monomorphic|Time|Succeed)\b/y
const stating = /(?:Axioms?|Parameters?|Conjectures?|Hypothes[ei]s|Variables?|Context|Declare|Primitive)\b/y
