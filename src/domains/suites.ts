import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadOptions } from '../core/domain.ts'
import { UsageError } from '../core/errors.ts'
import { readSuite } from '../core/suite-directory.ts'
import type { Suite } from '../core/task.ts'
import { checkoutOf, isGitAddress } from './git-source.ts'
import { domainOf, loaderOf } from './registry.ts'

const shipped = fileURLToPath(new URL('../../suites/', import.meta.url))

/** The names of the suites that ship with Touchstone. */
export async function shippedSuites(): Promise<string[]> {
  const entries = await readdir(shipped, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * Opens a suite by what a person types: the name of one that ships, a directory in Touchstone's own form, or
 * `LOADER=SOURCE`, where SOURCE is a directory or a git address and LOADER reads that benchmark's layout.
 * Throws `UsageError` (`unknown-suite`, `no-such-directory`, and what loaders throw).
 */
export async function openSuite(spec: string, options: LoadOptions): Promise<Suite> {
  const suite = await findSuite(spec, options)
  const { protocol, figures } = options
  if (protocol === undefined && !figures) return suite
  const tasks = suite.tasks.map((entry) => ({
    ...entry,
    load: async () => ({
      ...(await entry.load()),
      ...(protocol && { protocol }),
      ...(figures && { figures }),
    }),
  }))
  return { ...suite, tasks }
}

async function findSuite(spec: string, options: LoadOptions): Promise<Suite> {
  const equals = spec.indexOf('=')
  if (equals > 0) {
    const loader = await loaderOf(spec.slice(0, equals))
    return loader.load(await directoryOf(spec.slice(equals + 1)), options)
  }
  const names = await shippedSuites()
  if (names.includes(spec)) return readSuite(join(shipped, spec), domainOf)
  if (isGitAddress(spec) || (await isDirectory(spec))) {
    const directory = await directoryOf(spec)
    if (await isFile(join(directory, 'suite.toml'))) return readSuite(directory, domainOf)
    throw new UsageError(
      'not-a-suite',
      `${spec} has no suite.toml. A benchmark in its own layout is named LOADER=DIRECTORY, such as verilog-eval=${spec}`,
    )
  }
  throw new UsageError(
    'unknown-suite',
    `there is no suite "${spec}". These ship: ${names.join(', ')}. ` +
      'Others are named by a directory that has a suite.toml, or as LOADER=DIRECTORY (touchstone suites --help)',
  )
}

async function directoryOf(source: string): Promise<string> {
  if (isGitAddress(source)) return checkoutOf(source)
  const directory = resolve(source)
  if (!(await isDirectory(directory))) {
    throw new UsageError('no-such-directory', `${source} is not a directory here (git addresses work too)`)
  }
  return directory
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
