import { readdir, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeDirectories } from '../core/directories.ts'
import { InfrastructureError, messageOf, UsageError } from '../core/errors.ts'
import { removeStaleLocks, takeLock } from '../core/lock.ts'
import type { RunSetup } from './execute.ts'
import { filesOf } from './layout.ts'
import {
  checkSameRun,
  type Manifest,
  manifestOf,
  readManifestIfAny,
  type Sitting,
  writeManifest,
} from './manifest.ts'

/** What the manifest says of one sitting, from whoever starts it. */
export interface SittingFacts extends Pick<Sitting, 'commandLine' | 'tools' | 'backend'> {
  /** What the command line asked for, in a form that lets `resume` ask for it again. */
  readonly options: Manifest['options']
}

/** A run directory that this process holds. Disposing it releases the lock. */
export interface RunSitting extends AsyncDisposable {
  /** Writes into the manifest how it ended. Throws `InfrastructureError` (`cannot-write`). */
  end(how: NonNullable<Sitting['ended']>): Promise<void>
}

/**
 * Makes or opens a run directory, locks it, and writes this sitting into its manifest. Throws `UsageError`
 * (`not-a-run`, `run-in-use`, `another-run`, `suite-changed`) and `InfrastructureError` (`cannot-write`).
 */
export async function beginSitting(
  setup: Pick<RunSetup, 'directory' | 'plan' | 'facts' | 'force'>,
): Promise<RunSitting> {
  const { directory, plan, facts, force } = setup
  const fresh = manifestOf(plan, facts.options)
  await makeDirectory(directory, directory)
  const before = await readManifestIfAny(directory)
  if (before) checkSameRun(directory, before, fresh, force)
  else await refuseForeign(directory)
  await makeDirectory(directory, filesOf(directory).trials)
  const lock = await takeLock(filesOf(directory).lock)
  try {
    // Once more under the lock: another process may have written it in between.
    const known = await readManifestIfAny(directory)
    if (known) checkSameRun(directory, known, fresh, force)
    await removeLeftovers(directory)
    const sitting = await sittingOf(facts)
    const manifest = {
      ...(known ?? fresh),
      // With `force` the run goes on with other versions; the journals name the version of each trial.
      suites: fresh.suites,
      sittings: [...(known?.sittings ?? []), sitting],
    }
    await writeManifest(directory, manifest)
    return {
      async end(how) {
        const ended: Sitting = { ...sitting, endedAt: new Date().toISOString(), ended: how }
        await writeManifest(directory, { ...manifest, sittings: manifest.sittings.with(-1, ended) })
      },
      [Symbol.asyncDispose]: () => lock[Symbol.asyncDispose](),
    }
  } catch (thrown) {
    await lock[Symbol.asyncDispose]()
    throw thrown
  }
}

async function makeDirectory(directory: string, path: string): Promise<void> {
  try {
    await makeDirectories(path)
  } catch (thrown) {
    const message = `cannot make the run directory ${directory}: ${messageOf(thrown)}. Name another with --out`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  }
}

/** A directory with other things in it is not written to. */
async function refuseForeign(directory: string): Promise<void> {
  // The manifest too: another process may have written it since we looked; the lock decides.
  const own = /^(trials|lock(\..*)?|manifest\.json(\..*\.tmp)?)$/
  const foreign = (await readdir(directory)).find((name) => !own.test(name))
  if (foreign === undefined) return
  throw new UsageError(
    'not-a-run',
    `${directory} has other things in it ("${foreign}") and no manifest.json. Name an empty or new directory`,
  )
}

/** What a killed sitting left half done beside the journals. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^manifest\.json\..*\.tmp$/.test(name)) await rm(join(directory, name), { force: true })
  }
  await removeStaleLocks(filesOf(directory).lock)
}

async function sittingOf({ commandLine, tools, backend }: SittingFacts): Promise<Sitting> {
  const about = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  return {
    startedAt: new Date().toISOString(),
    endedAt: null,
    ended: null,
    commandLine: [...commandLine],
    touchstone: about.version,
    node: process.version,
    host: hostname(),
    pid: process.pid,
    tools: { ...tools },
    backend,
  }
}
