import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../../core/files.ts'
import type { Sandbox } from '../../../../core/sandbox.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { coqchkTool, coqcTool } from '../../tools.ts'
import { axiomsIn, readSummary, type Summary } from './assumptions.ts'
import { taskFile, taskModule } from './files.ts'
import { coqc, coqchk, judgeLimits, libraryBytes, run, textOfRun } from './run.ts'
import { kernelPartRead } from './vo.ts'

/** What the judge makes of a key, once for all judgements with it. */
export interface Prepared {
  /** The task's own modules, compiled. */
  readonly context: FileSet
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

/** The same without what is known: shows whether the tools work here and now. */
export async function prepareAnew(key: ProofsKey, formal: Formal, lab: Lab): Promise<Prepared> {
  await using sandbox = await lab.open({ name: 'rocq-context', limits: judgeLimits })
  const sources = new Map(key.files)
  const context = formal.context.trim() === '' ? {} : { 'Context.v': formal.context }
  for (const [path, content] of fileSet({ ...context, [`${taskModule}.v`]: taskFile(formal) }))
    sources.set(path, content)
  await sandbox.write(sources)
  const compiled = new Map<string, Uint8Array>()
  for (const path of sources.keys()) {
    if (!path.endsWith('.v')) continue
    const finished = await run(sandbox, coqc(path))
    const library = await sandbox.read(`${path}o`, { maxBytes: libraryBytes })
    if (finished.exitCode !== 0 || library === undefined) throw broken(path, textOfRun(finished))
    compiled.set(`${path}o`, library)
  }
  const own = `${taskModule}.vo`
  const checked = await summaryOf(sandbox, own, compiled.get(own)!)
  compiled.delete(own)
  const tools = { coqc: await version(sandbox, coqcTool), coqchk: await version(sandbox, coqchkTool) }
  return { context: compiled, ...checked, tools }
}

/** The statement takes the way that an answer takes, so that a version that is not understood is seen here. */
type Own = Pick<Prepared, 'summary' | 'ownDistrusted'>

async function summaryOf(sandbox: Sandbox, path: string, library: Uint8Array): Promise<Own> {
  const { part, distrusted } = kernelPartRead(library)
  await sandbox.write(new Map([[path, part]]))
  const finished = await run(sandbox, coqchk(taskModule))
  const summary = readSummary(textOfRun(finished))
  if (finished.exitCode !== 0 || summary === undefined) throw broken(path, textOfRun(finished))
  return { summary, ownDistrusted: new Set(distrusted.map(({ digest }) => digest)) }
}

async function version(sandbox: Sandbox, tool: typeof coqcTool): Promise<string> {
  return tool.versionPattern.exec(textOfRun(await run(sandbox, tool.versionArgv)))?.[1] ?? 'unknown'
}

function broken(path: string, log: string): InfrastructureError {
  return new InfrastructureError(
    'broken-key',
    `${path} of the task cannot be compiled or checked here: ${log.trim().slice(0, 1000)}`,
    { retryable: false },
  )
}

/** Axioms of the task's own modules: it states them, so that an answer may use them. */
export function ownAxioms({ context, summary }: Prepared): ReadonlySet<string> {
  const modules = [...context.keys()].map((path) => path.replace(/\.vo$/, '').replaceAll('/', '.'))
  return new Set(axiomsIn(summary).filter((name) => modules.some((module) => name.startsWith(`${module}.`))))
}
