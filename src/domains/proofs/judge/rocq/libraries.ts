import { createHash } from 'node:crypto'
import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError } from '../../../../core/errors.ts'
import type { FileSet } from '../../../../core/files.ts'
import { Modules, placed } from '../../rocq/modules.ts'
import { mappingsIn } from '../../rocq/project.ts'
import { requiredIn } from '../../rocq/requires.ts'
import { coqc, errorIn, judgeLimits, libraryBytes, run, textOfRun } from './run.ts'

/** Bytes of compiled files that are kept, since many tasks have the same files. */
const keptBytes = 256 * 1024 ** 2
/** Processor time of one file of a task, which is not the agent's. */
const fileSeconds = 300

type Made = { readonly object: Uint8Array } | { readonly error: string }

/** By what a file and all that it requires are. The last used are at the end. */
const kept = new Map<string, Promise<Made>>()
let bytesKept = 0

/**
 * A task's own `.v` files, compiled in the order given, each once for all tasks that have it. Throws `InfrastructureError`
 * (`broken-key`) with the compiler's words.
 */
export async function library(sources: FileSet, loadPath: readonly string[], lab: Lab): Promise<FileSet> {
  const paths = [...sources.keys()].filter((path) => path.endsWith('.v'))
  const modules = new Modules(placed(paths, mappingsIn(sources)))
  const compiled = new Map<string, Uint8Array>()
  const digests = new Map<string, string>()
  const needs = new Map<string, ReadonlySet<string>>()
  for (const path of paths) {
    const content = sources.get(path)!
    // Of those before it, and all that they need: what is behind it cannot be there.
    const direct = requiredIn(new TextDecoder().decode(content))
      .flatMap((required) => modules.find(required, path) ?? [])
      .filter((other) => needs.has(other))
    const all = new Set(direct.flatMap((other) => [other, ...needs.get(other)!]))
    needs.set(path, all)
    const digest = digestOf(
      path,
      content,
      loadPath,
      paths.filter((each) => all.has(each)).map((each) => digests.get(each)!),
    )
    digests.set(path, digest)
    const files = new Map([...all].map((each) => [`${each}o`, compiled.get(`${each}o`)!]))
    const made = await once(digest, () => compileOne(path, content, files, loadPath, lab))
    if ('error' in made)
      throw new InfrastructureError(
        'broken-key',
        `${path} of the task cannot be compiled here: ${made.error}`,
        {
          retryable: false,
        },
      )
    compiled.set(`${path}o`, made.object)
  }
  return compiled
}

async function once(digest: string, make: () => Promise<Made>): Promise<Made> {
  const before = kept.get(digest)
  const made = await before?.catch(() => undefined)
  if (before && made) {
    kept.delete(digest)
    kept.set(digest, before)
    return made
  }
  const making = make()
  kept.set(digest, making)
  try {
    const made = await making
    if ('object' in made) bytesKept += made.object.byteLength
    await forget()
    return made
  } catch (thrown) {
    // The machine failed, not the file.
    kept.delete(digest)
    throw thrown
  }
}

/** The longest unused go first. */
async function forget(): Promise<void> {
  for (const [digest, making] of kept) {
    if (bytesKept <= keptBytes) return
    kept.delete(digest)
    const made = await making.catch(() => undefined)
    if (made && 'object' in made) bytesKept -= made.object.byteLength
  }
}

async function compileOne(
  path: string,
  content: Uint8Array,
  files: FileSet,
  loadPath: readonly string[],
  lab: Lab,
): Promise<Made> {
  const limits = { ...judgeLimits, cpuSeconds: fileSeconds, diskBytes: 8 * libraryBytes }
  await using sandbox = await lab.open({
    name: 'rocq-library',
    limits,
    files: new Map([...files, [path, content]]),
  })
  const finished = await run(sandbox, coqc(path, loadPath))
  if (finished.limit !== null && finished.limit !== 'wall')
    return { error: `it runs into the limit on ${finished.limit}` }
  if (finished.timedOut || finished.signal !== null || (finished.exitCode ?? 130) > 129)
    throw new InfrastructureError('broken-key', `coqc does not survive ${path} of the task`, {
      retryable: true,
    })
  const object = await sandbox.read(`${path}o`, { maxBytes: libraryBytes })
  return finished.exitCode === 0 && object !== undefined
    ? { object }
    : { error: errorIn(textOfRun(finished)) }
}

function digestOf(
  path: string,
  content: Uint8Array,
  loadPath: readonly string[],
  needed: readonly string[],
): string {
  return createHash('sha256')
    .update(JSON.stringify([path, loadPath, needed]))
    .update(content)
    .digest('hex')
}
