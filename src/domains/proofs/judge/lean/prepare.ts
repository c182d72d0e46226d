import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import { type FileSet, toBytes } from '../../../../core/files.ts'
import type { Formal, ProofsKey } from '../../key.ts'
import { leanTool } from '../../tools.ts'
import { judgeLimits, lean, libraryBytes, run, textOfRun } from './run.ts'

export const taskModule = 'TouchstoneTask'

/** What the judge makes of a key, once for all judgements with it. */
export interface Prepared {
  /** The task's own modules, compiled; not the statement's. */
  readonly context: FileSet
  /** The module of the statement, compiled. */
  readonly statement: Uint8Array
  readonly version: string
}

const known = new WeakMap<ProofsKey, Promise<Prepared>>()

/** Throws `InfrastructureError` where the task's own files do not compile or Lean is missing. */
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

export async function prepareAnew(key: ProofsKey, formal: Formal, lab: Lab): Promise<Prepared> {
  await using sandbox = await lab.open({ name: 'lean-context', limits: judgeLimits })
  const sources = new Map(key.files)
  if (formal.context.trim() !== '') sources.set('Context.lean', toBytes(formal.context))
  const own = `${taskModule}.lean`
  sources.set(own, toBytes(`${formal.prelude}\n${formal.statement} := sorry\n`))
  await sandbox.write(sources)
  const version = leanTool.versionPattern.exec(textOfRun(await run(sandbox, leanTool.versionArgv)))?.[1]
  const compiled = new Map<string, Uint8Array>()
  for (const path of sources.keys()) {
    if (!path.endsWith('.lean')) continue
    const finished = await run(sandbox, lean(path))
    const olean = await sandbox.read(path.replace(/\.lean$/, '.olean'), { maxBytes: libraryBytes })
    if (finished.exitCode !== 0 || olean === undefined)
      throw new InfrastructureError(
        'broken-key',
        `${path} of the task cannot be compiled here: ${textOfRun(finished).trim().slice(0, 1000)}`,
        { retryable: false },
      )
    compiled.set(path.replace(/\.lean$/, '.olean'), olean)
  }
  const statement = compiled.get(`${taskModule}.olean`)!
  compiled.delete(`${taskModule}.olean`)
  return { context: compiled, statement, version: version ?? 'unknown' }
}
