import type { Lab } from '../../../../core/domain.ts'
import type { Task } from '../../../../core/task.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { sentencesOf } from '../../rocq/sentences.ts'
import { type Course, type End, unsolved } from '../course.ts'
import { compile } from './compile.ts'
import { examine } from './examine.ts'
import { prepare, prepareAnew } from './prepare.ts'
import { forbiddenIn } from './rules.ts'
import { judgeLimits, judgeSeconds } from './run.ts'

/**
 * Judges `Answer.v` in three sandboxes that share nothing but bytes read out of them: one compiles the task's own
 * files, one the answer, and one checks what the kernel is to know of the answer, and nothing else of it.
 */
export async function judgeRocq(
  task: Task<ProofsKey>,
  answer: Uint8Array,
  lab: Lab,
  course: Course,
): Promise<End> {
  const formal = task.key.formal.rocq!
  const prepared = await prepare(task.key, formal, lab)
  Object.assign(course.tools, prepared.tools)
  course.unchecked.push(
    "the standard library, other installed libraries and the task's own files: they are taken as they are compiled",
    'how large the universes of the statement are: without universe polymorphism a proof may bound them from above',
    'a compiler taken over by the answer: coqchk believes some marks in a compiled proof (relevance of binders and cases)',
    'faults that coqc and coqchk share: the checker has the code of the kernel',
  )
  const text = new TextDecoder().decode(answer)
  const sentences = [...sentencesOf(text)]
  course.metrics.push({ name: 'sentences', value: sentences.length, unit: 'sentences' })
  const changed = changedIn(text, formal)
  if (changed !== undefined) return changed
  const forbidden = forbiddenIn(text, sentences)
  if (forbidden !== undefined) return forbidden
  const means = {
    prepared,
    course,
    lab,
    // What an agent could not have computed in all of its trial is not computed here either.
    limits: { ...judgeLimits, cpuSeconds: Math.min(judgeSeconds, task.brief.limits.sandbox.cpuSeconds) },
    /** A program that died on the answer: by the answer, if the task's own files still go through. */
    healthy: async () => {
      await prepareAnew(task.key, formal, lab)
    },
  }
  const library = await compile(answer, means)
  if ('outcome' in library) return library
  return await examine({ ...task.key, formal, sentences }, library, means)
}

/**
 * Whether the file up to the theorem is the task's. What stands there is read before anything of the answer's own, so that
 * its definitions, axioms and opaque proofs are the very ones that the statement is about.
 */
function changedIn(text: string, { prelude, within }: Formal): End | undefined {
  if (within === undefined) return undefined
  const [given, asked] = [text.replace(/^\uFEFF/, '').trimStart(), prelude.trim()]
  if (given.startsWith(asked) && /^(?:\s|$)/.test(given.slice(asked.length))) return undefined
  let same = 0
  while (same < asked.length && given[same] === asked[same]) same++
  const skipped = text.length - text.replace(/^\uFEFF/, '').trimStart().length
  const line = text.slice(0, skipped + same).split('\n').length
  return unsolved(
    'other-context',
    'the file before the theorem is not what the task has: leave it as it is, and put what you add behind it',
    `Answer.v:${line}`,
  )
}
