import { type FileSet, fileSet } from '../../../../core/files.ts'
import type { Sandbox } from '../../../../core/sandbox.ts'
import type { Formal } from '../../key.ts'
import type { Sentence } from '../../rocq/sentences.ts'
import { type End, printable, rejected, unsolved } from '../course.ts'
import { axiomsIn, readAssumptions, readSummary, type Summary, unsafeIn } from './assumptions.ts'
import { axiomsEnd } from './axioms.ts'
import type { Library } from './compile.ts'
import { deathOf, type Means } from './deaths.ts'
import { answerModule, checkFile, checkModule, reportFile, reportModule } from './files.ts'
import type { Prepared } from './prepare.ts'
import { coqc, coqchk, run, textOfRun } from './run.ts'

/** What is asked of the answer. */
export interface Asked {
  readonly theorem: string
  readonly formal: Formal
  /** The answer's own text, for words about it only. */
  readonly sentences: readonly Sentence[]
}

/** Checks a compiled answer in a sandbox of its own: first by the independent checker, then against the statement. */
export async function examine(asked: Asked, { library, distrusted }: Library, means: Means): Promise<End> {
  const { lab, prepared } = means
  const files: FileSet = new Map([
    ...prepared.context,
    [`${answerModule}.vo`, library],
    ...fileSet({
      [`${checkModule}.v`]: checkFile(asked.formal),
      [`${reportModule}.v`]: reportFile(asked.theorem, asked.formal),
    }),
  ])
  await using sandbox = await lab.open({ name: 'rocq-check', limits: means.limits, files })
  // First, since the compiler believes what is in a library, and the checker does not.
  const summary = await checked(sandbox, means)
  if ('outcome' in summary) return summary
  const other = await compared(sandbox, asked, means)
  if (other) return other
  const end = await weighed(sandbox, asked, summary.summary, means)
  // Last, so that whatever else is wrong is said first.
  return end.outcome === 'solved' ? (untrusted(distrusted, prepared) ?? end) : end
}

/** What a kernel of known faults alone vouches for, but for what the task has itself; undefined where there is nothing of that. */
function untrusted(distrusted: Library['distrusted'], { ownDistrusted }: Prepared): End | undefined {
  const found = distrusted.filter(({ digest }) => !ownDistrusted.has(digest))
  if (found.length === 0) return undefined
  const problems = [...new Set(found.map(({ problem }) => problem))].slice(0, mostProblems).join('; ')
  return unsolved(
    'untrusted',
    `Rocq's kernel and its checker accept it, but this version of both is known to accept wrong proofs of this kind: ${problems}. Prove it without`,
  )
}

const mostProblems = 5

/** What is refused though it is sound: see `withoutAliases`. */
const hint =
  'Types that a module has under a second name ("Module M := N", "Include N" at the top level) cannot be checked: use the first'

async function checked(sandbox: Sandbox, means: Means): Promise<{ readonly summary: Summary } | End> {
  const finished = await run(sandbox, coqchk(answerModule, means.prepared.loadPath))
  means.course.logs.set('coqchk.log', printable(textOfRun(finished)))
  const death = await deathOf(finished, 'checking it anew', means)
  if (death) return death
  if (finished.exitCode !== 0)
    return unsolved('kernel', `the independent checker refuses it: ${textOfRun(finished).trim()}. ${hint}`)
  const summary = readSummary(textOfRun(finished))
  const headings = [...means.prepared.summary.keys()]
  if (summary === undefined || headings.join() !== [...summary.keys()].join())
    return rejected('unsafe-flags', ["names in it change the form of the checker's report"])
  const unsafe = unsafeIn(summary, means.prepared.summary)
  return unsafe.length > 0 ? rejected('unsafe-flags', unsafe) : { summary }
}

/** Whether the theorem has the statement; undefined where it has. */
async function compared(sandbox: Sandbox, { theorem }: Asked, means: Means): Promise<End | undefined> {
  const finished = await run(sandbox, coqc(`${checkModule}.v`, means.prepared.loadPath))
  const log = textOfRun(finished)
  means.course.logs.set('statement.log', printable(log))
  const death = await deathOf(finished, 'comparing it with the statement', means)
  if (death || finished.exitCode === 0) return death
  const error = /^Error:\s*/m.exec(log)
  const message = error ? log.slice(error.index + error[0].length) : log
  const field = /^Signature components for label (\S+) do not match/.exec(message)?.[1]
  if (field !== undefined && field !== theorem)
    return unsolved(
      'other-context',
      `${field}, which stands before the theorem, is not what it was: ${message}`,
    )
  if (/^The field \S+ is missing/.test(message))
    return unsolved('no-theorem', `there is no theorem ${theorem} at the top level of ${answerModule}.v`)
  const types = /expected type\s+"([\s\S]*)"\s+but found type\s+"([\s\S]*)"/.exec(message)
  if (types)
    return unsolved(
      'other-statement',
      `the statement asked for is\n${types[1]}\nand the answer's is\n${types[2]}`,
    )
  return unsolved('other-statement', `${theorem} is not the theorem that is asked for: ${message}`)
}

async function weighed(sandbox: Sandbox, asked: Asked, summary: Summary, means: Means): Promise<End> {
  const finished = await run(sandbox, coqc(`${reportModule}.v`, means.prepared.loadPath))
  means.course.logs.set('assumptions.log', printable(textOfRun(finished)))
  const death = await deathOf(finished, 'asking for its axioms', means)
  if (death) return death
  if (finished.exitCode !== 0 || finished.truncated)
    return unsolved('kernel', `its axioms cannot be listed: ${textOfRun(finished)}`)
  const assumptions = readAssumptions(new TextDecoder().decode(finished.stdout))
  if (assumptions.others.length > 0) return rejected('unsafe-flags', assumptions.others)
  const end = axiomsEnd(assumptions.axioms, axiomsIn(summary), asked, means.prepared)
  return end ?? { outcome: 'solved', reason: 'proved', findings: [] }
}
