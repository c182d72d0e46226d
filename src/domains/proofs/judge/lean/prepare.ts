import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import { type FileSet, toBytes } from '../../../../core/files.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { leanCompile, oleanOf } from '../../lean/compile.ts'
import { leanTool } from '../../tools.ts'
import { type Bench, libraryBytes, openFor, run, textOfRun } from './run.ts'

const taskModule = 'TouchstoneTask'

/** What the judge makes of a key, once for all judgements with it. */
export interface Prepared {
  /** The task's own modules, compiled; not the statement's. */
  readonly context: FileSet
  /** The module of the statement, compiled. */
  readonly statement: Uint8Array
  readonly version: string
}

const known = new WeakMap<ProofsKey, Promise<Prepared>>()

/** Throws `InfrastructureError` where the task's own files do not compile. */
export async function prepare(key: ProofsKey, formal: Formal, bench: Bench, lab: Lab): Promise<Prepared> {
  const before = known.get(key)
  if (before) return await before
  const making = prepareAnew(key, formal, bench, lab)
  known.set(key, making)
  try {
    return await making
  } catch (thrown) {
    known.delete(key)
    throw thrown
  }
}

/** The same without what is known of the key: shows whether Lean works here and now. */
export async function prepareAnew(key: ProofsKey, formal: Formal, bench: Bench, lab: Lab): Promise<Prepared> {
  await using sandbox = await openFor('lean-context', bench, lab)
  const sources = new Map(key.files)
  if (formal.context.trim() !== '') sources.set('Context.lean', toBytes(formal.context))
  const own = `${taskModule}.lean`
  sources.set(own, toBytes(`${formal.prelude}\n${formal.statement} := sorry\n`))
  await sandbox.write(sources)
  const version = leanTool.versionPattern.exec(textOfRun(await run(sandbox, leanTool.versionArgv)))?.[1]
  const compiled = new Map<string, Uint8Array>()
  for (const path of sources.keys()) {
    if (!path.endsWith('.lean')) continue
    const finished = await run(sandbox, leanCompile(path))
    const olean = await sandbox.read(oleanOf(path), { maxBytes: libraryBytes })
    if (finished.exitCode !== 0 || olean === undefined) {
      const said = textOfRun(finished).trim().slice(0, 1000)
      throw new InfrastructureError(
        'broken-key',
        `${path} of the task cannot be compiled here: ${said}${hintFor(said, bench)}`,
        { retryable: false },
      )
    }
    compiled.set(oleanOf(path), olean)
  }
  const statement = compiled.get(`${taskModule}.olean`)!
  compiled.delete(`${taskModule}.olean`)
  return { context: compiled, statement, version: version ?? 'unknown' }
}

/** What to do about a module that is not there. */
function hintFor(said: string, { project }: Bench): string {
  if (!/unknown (?:module prefix|package)|object file .* does not exist/.test(said)) return ''
  return project === undefined
    ? '; set TOUCHSTONE_LEAN_PROJECT to a built Lake project that requires the package with this module'
    : `; of the Lake project ${project}, which TOUCHSTONE_LEAN_PROJECT names, only what the packages have that it requires can be imported, and nothing of its own: let it require the package with this module, and run "lake build" there`
}
