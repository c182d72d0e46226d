import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../../../core/errors.ts'
import type { Finished, Sandbox } from '../../../../core/sandbox.ts'
import type { Task } from '../../../../core/task.ts'
import { answerPaths, type Formal, type ProofsKey } from '../../key.ts'
import { leanCompile, oleanOf } from '../../lean/compile.ts'
import { type Course, type End, printable, rejected, unsolved } from '../course.ts'
import { type Prepared, prepare, prepareAnew } from './prepare.ts'
import { findBench, judgeSeconds, libraryBytes, openFor, run, textOfRun } from './run.ts'

/** What Lean's own proofs rest on. */
const usualAxioms = ['propext', 'Classical.choice', 'Quot.sound']
const program = new URL('Check.lean', import.meta.url)
const source = answerPaths.lean
/** Names that no import has a module for: neither may be imported, the answer by itself least of all. */
const data = { task: 'task.data', answer: 'answer.data' }

const foundSchema = z.discriminatedUnion('result', [
  z.object({ result: z.literal('broken-key') }),
  z.object({ result: z.literal('no-theorem') }),
  z.object({ result: z.literal('imports'), message: z.string() }),
  z.object({ result: z.literal('kernel'), message: z.string() }),
  z.object({ result: z.literal('other-statement'), wanted: z.string(), given: z.string() }),
  z.object({
    result: z.literal('proved'),
    axioms: z.array(z.object({ name: z.string(), module: z.string() })),
  }),
])
type Found = z.infer<typeof foundSchema>

/**
 * Judges `Answer.lean` as `Answer.v` is judged: compiled alone, then read as data, never imported, by a program of the
 * judge's own that has the kernel check every constant again. It was written without a Lean at hand and has never been
 * run; every verdict says so. Throws `InfrastructureError` where Lean is missing (`no-lean`) or does not take the task's own
 * files (`broken-key`).
 */
export async function judgeLean(
  task: Task<ProofsKey>,
  answer: Uint8Array,
  lab: Lab,
  course: Course,
): Promise<End> {
  const formal = task.key.formal.lean!
  course.unchecked.push(
    'this judge itself: its part for Lean was written without a Lean to run it',
    'the form of the compiled answer: Lean maps it into memory as it is',
    "Lean's own library, the packages' and the task's own files: they are taken as they are compiled",
  )
  const bench = await findBench()
  const prepared = await prepare(task.key, formal, bench, lab)
  course.tools.lean = prepared.version
  if (bench.project !== undefined) course.tools['lean-project'] = bench.project
  const hearing: Hearing = {
    prepared,
    course,
    open: (name) => openFor(name, bench, lab),
    healthy: async () => {
      await prepareAnew(task.key, formal, bench, lab)
    },
  }
  const compiled = await compile(answer, hearing)
  if ('outcome' in compiled) return compiled
  const found = await examine(task.key.theorem, compiled.olean, hearing)
  return 'outcome' in found ? found : endOf(found, task.key.theorem, formal, prepared)
}

/** One judgement under way. */
interface Hearing {
  readonly prepared: Prepared
  readonly course: Course
  readonly open: (name: string) => Promise<Sandbox>
  /** Throws where Lean does not take the task's own files any more, so that a death is not the answer's. */
  readonly healthy: () => Promise<void>
}

/** Nothing but one file's bytes leaves the sandbox, whatever else the answer writes while it is compiled. */
async function compile(
  answer: Uint8Array,
  { prepared: { context }, course, open, healthy }: Hearing,
): Promise<{ readonly olean: Uint8Array } | End> {
  await using sandbox = await open('lean-answer')
  await sandbox.write(new Map([...context, [source, answer]]))
  const finished = await run(sandbox, leanCompile(source))
  const log = textOfRun(finished)
  course.logs.set('compile.log', printable(log))
  const death = await deathOf(finished, 'compiling it', healthy)
  if (death) return death
  if (finished.exitCode !== 0) {
    const [, line, message] = /^Answer\.lean:(\d+):\d+: error: ([\s\S]*)/m.exec(log) ?? []
    return unsolved('does-not-compile', message ?? log, line === undefined ? source : `${source}:${line}`)
  }
  try {
    const olean = await sandbox.read(oleanOf(source), { maxBytes: libraryBytes })
    return olean ? { olean } : unsolved('does-not-compile', 'Lean ends well and leaves no module', source)
  } catch (thrown) {
    if (thrown instanceof UsageError) return unsolved('resources', thrown.message, source)
    throw thrown
  }
}

async function examine(
  theorem: string,
  olean: Uint8Array,
  { prepared, course, open, healthy }: Hearing,
): Promise<Exclude<Found, { result: 'broken-key' }> | End> {
  const own = await readFile(program)
  await using sandbox = await open('lean-check')
  await sandbox.write(
    new Map([
      ...prepared.context,
      [data.task, prepared.statement],
      [data.answer, olean],
      ['TouchstoneCheck.lean', own],
    ]),
  )
  const finished = await run(sandbox, [
    'lean',
    '--run',
    'TouchstoneCheck.lean',
    data.task,
    data.answer,
    theorem,
  ])
  course.logs.set('check.log', printable(textOfRun(finished)))
  const death = await deathOf(finished, 'checking it anew', healthy)
  if (death) return death
  const written = await sandbox.read('verdict.json')
  const found = finished.exitCode === 0 && written ? readFound(written) : undefined
  if (found === undefined || found.result === 'broken-key')
    throw new InfrastructureError(
      'broken-check',
      `the judge's program for Lean came to no result: ${textOfRun(finished).trim().slice(0, 1000)}`,
      { retryable: false },
    )
  return found
}

function readFound(bytes: Uint8Array): Found | undefined {
  try {
    return foundSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data
  } catch {
    return undefined
  }
}

/** What was found, weighed. Holes are told from axioms by the name that Lean has for them. */
export function endOf(
  found: Exclude<Found, { result: 'broken-key' }>,
  theorem: string,
  formal: Formal,
  { context }: Prepared,
): End {
  if (found.result === 'no-theorem')
    return unsolved('no-theorem', `there is no theorem ${theorem} in ${source}`)
  if (found.result === 'imports')
    return unsolved('does-not-compile', `what it imports cannot be imported again: ${found.message}`, source)
  if (found.result === 'kernel') return unsolved('kernel', `the kernel refuses it: ${found.message}`)
  if (found.result === 'other-statement')
    return unsolved(
      'other-statement',
      `the statement asked for is\n${found.wanted}\nand the answer's is\n${found.given}`,
    )
  const modules = [...context.keys()].map((path) => path.replace(/\.olean$/, '').replaceAll('/', '.'))
  const allowed = new Set([...usualAxioms, ...formal.axioms])
  // The answer may state an axiom of its own under a name that is allowed, where the task imports none of that name.
  const wrong = found.axioms.filter(
    ({ name, module }) => !(allowed.has(name) && module !== 'Answer') && !modules.includes(module),
  )
  if (wrong.length === 0) return { outcome: 'solved', reason: 'proved', findings: [] }
  if (wrong.every(({ name }) => name === 'sorryAx'))
    return unsolved('incomplete', 'the proof has holes (sorry)')
  return rejected(
    'axioms',
    wrong.map(({ name }) => `the theorem rests on ${name}, which the task does not allow`),
  )
}

async function deathOf(
  finished: Finished,
  doing: string,
  healthy: Hearing['healthy'],
): Promise<End | undefined> {
  const { limit, timedOut, signal, exitCode } = finished
  if (limit === 'memory') return unsolved('memory', `${doing} takes more memory than the judge gives`)
  if (limit === 'cpu') return unsolved('time', `${doing} takes more than ${judgeSeconds} s`)
  if (limit !== null && limit !== 'wall' && limit !== 'output')
    return unsolved('resources', `${doing} ran into the limit on ${limit}`)
  if (!timedOut && signal === null && exitCode !== null && exitCode < 128) return undefined
  await healthy()
  return timedOut
    ? unsolved('time', `${doing} does not come to an end`)
    : unsolved('crash', `${doing} ends Lean with ${signal ?? `exit code ${exitCode}`}`)
}
