import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../../core/files.ts'
import type { Sandbox } from '../../../../core/sandbox.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { loadPathIn } from '../../rocq/project.ts'
import { coqchkTool, coqcTool } from '../../tools.ts'
import { axiomsIn, readSummary, type Summary } from './assumptions.ts'
import { answerModule, checkFile, checkModule, stubFile, taskFile, taskModule, theoremIn } from './files.ts'
import { library } from './libraries.ts'
import { readLibrary } from './reader.ts'
import { coqc, coqchk, errorIn, judgeLimits, libraryBytes, run, textOfRun } from './run.ts'

/** What the judge makes of a key, once for all judgements with it. */
export interface Prepared {
  /** The task's own modules, compiled. */
  readonly context: FileSet
  /** How Rocq's programs are told where modules are. */
  readonly loadPath: readonly string[]
  /** What the task itself rests on: axioms of its context, and its statement's. */
  readonly summary: Summary
  /** What the task itself has of what is distrusted in answers, by its digest: an answer may hold the same. */
  readonly ownDistrusted: ReadonlySet<string>
  readonly tools: Readonly<Record<string, string>>
}

const known = new WeakMap<ProofsKey, Promise<Prepared>>()

/** Throws `InfrastructureError` where the task's own files do not compile or a tool is missing or not understood. */
export async function prepare(key: ProofsKey, formal: Formal, lab: Lab): Promise<Prepared> {
  const before = known.get(key)
  if (before) return await before
  const making = prepareAnew(key, formal, lab)
  known.set(key, making)
  try {
    return await making
  } catch (thrown) {
    known.delete(key)
    throw thrown
  }
}

/** The same without what is known of the key: shows whether the tools work here and now. */
export async function prepareAnew(key: ProofsKey, formal: Formal, lab: Lab): Promise<Prepared> {
  const loadPath = loadPathIn(key.files)
  const context = formal.context.trim() === '' ? {} : { 'Context.v': formal.context }
  const sources = new Map([...key.files, ...fileSet(context)])
  const compiled = await library(sources, loadPath, lab)
  await using sandbox = await lab.open({ name: 'rocq-context', limits: judgeLimits, files: compiled })
  const own = await (formal.within ? summaryOfFile : summaryOfStatement)(lab, sandbox, formal, loadPath)
  const tools = { coqc: await version(sandbox, coqcTool), coqchk: await version(sandbox, coqchkTool) }
  return { context: compiled, loadPath, ...own, tools }
}

/** The statement takes the way that an answer takes, so that a version that is not understood is seen here. */
async function summaryOfStatement(
  lab: Lab,
  sandbox: Sandbox,
  formal: Formal,
  loadPath: readonly string[],
): Promise<Own> {
  return await summaryOf(lab, sandbox, taskModule, taskFile(formal), loadPath)
}

/**
 * The file as it is before anything is proved, as an answer of the same name, goes through the comparison too: what cannot
 * be judged so is seen here.
 */
async function summaryOfFile(
  lab: Lab,
  sandbox: Sandbox,
  formal: Formal,
  loadPath: readonly string[],
): Promise<Own> {
  const own = await summaryOf(lab, sandbox, answerModule, stubFile(formal), loadPath)
  await sandbox.write(fileSet({ [`${checkModule}.v`]: checkFile(formal) }))
  const finished = await run(sandbox, coqc(`${checkModule}.v`, loadPath))
  if (finished.exitCode !== 0)
    throw broken('the file up to the theorem, as a signature,', textOfRun(finished))
  return own
}

type Own = Pick<Prepared, 'summary' | 'ownDistrusted'>

async function summaryOf(
  lab: Lab,
  sandbox: Sandbox,
  module: string,
  text: string,
  loadPath: readonly string[],
): Promise<Own> {
  await sandbox.write(fileSet({ [`${module}.v`]: text }))
  const finished = await run(sandbox, coqc(`${module}.v`, loadPath))
  const compiled = await sandbox.read(`${module}.vo`, { maxBytes: libraryBytes })
  if (finished.exitCode !== 0 || compiled === undefined) throw broken(`${module}.v`, textOfRun(finished))
  const reading = await readLibrary(compiled, lab.signal)
  if (reading.kind !== 'library') throw broken(`${module}.vo`, reading.message)
  const { part, distrusted } = reading
  await sandbox.write(new Map([[`${module}.vo`, part]]))
  const checked = await run(sandbox, coqchk(module, loadPath))
  const summary = readSummary(textOfRun(checked))
  if (checked.exitCode !== 0 || summary === undefined) throw broken(`${module}.vo`, textOfRun(checked))
  return { summary, ownDistrusted: new Set(distrusted.map(({ digest }) => digest)) }
}

async function version(sandbox: Sandbox, tool: typeof coqcTool): Promise<string> {
  return tool.versionPattern.exec(textOfRun(await run(sandbox, tool.versionArgv)))?.[1] ?? 'unknown'
}

function broken(what: string, log: string): InfrastructureError {
  return new InfrastructureError(
    'broken-key',
    `${what} of the task cannot be compiled or checked here: ${errorIn(log)}`,
    { retryable: false },
  )
}

/**
 * Axioms that the task's own files state, so that an answer may use them. Of a theorem in the middle of a file these are
 * all that the file and what it requires have up to there, but for holes and the theorem itself.
 */
export function ownAxioms(
  { context, summary }: Prepared,
  theorem: string,
  formal: Formal,
): ReadonlySet<string> {
  const { within } = formal
  if (within) {
    const forbidden = new Set([...within.forbidden, `${answerModule}.${theoremIn(theorem, formal)}`])
    return new Set(axiomsIn(summary).filter((name) => !forbidden.has(name)))
  }
  const modules = [...context.keys()].map((path) => path.replace(/\.vo$/, '').replaceAll('/', '.'))
  return new Set(axiomsIn(summary).filter((name) => modules.some((module) => name.startsWith(`${module}.`))))
}
