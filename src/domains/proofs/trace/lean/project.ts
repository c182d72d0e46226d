import { realpath } from 'node:fs/promises'
import { basename, posix } from 'node:path'
import type { Lab } from '../../../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../../../core/errors.ts'
import type { SandboxSpec } from '../../../../core/sandbox.ts'
import { leanTool } from '../../tools.ts'
import { filesOf } from '../files.ts'
import { toolchainOf } from './toolchain.ts'

/** A Lake project with its Lean. */
export interface LeanProject {
  readonly name: string
  readonly version: string
  /** Files by path relative to the project, sorted; undefined for what is too large to be read. */
  readonly files: ReadonlyMap<string, string | undefined>
  /** Directories below the project, `.` for itself, that modules' names begin in. */
  readonly roots: readonly string[]
  /** What makes a sandbox in which the project's Lean runs, and neither it nor the project can be written to. */
  readonly sandbox: Required<Pick<SandboxSpec, 'mounts' | 'env'>>
}

/** Where the project is inside. */
export const insideProject = '/lean/project'
const insideToolchain = '/lean/toolchain'
const seconds = 300
/** Directories of older Lakes that are not the project's own, and Lake's own file. */
const notModules: ReadonlySet<string> = new Set(['lake-packages', 'build', 'lakefile.lean'])

/**
 * Reads a Lake project that was built (`lake build`) and asks its Lake where its modules are. `toolchain` is Lean's
 * directory, where it is not the one that the project names. Throws `UsageError` (`no-directory`, `no-files`) and
 * `InfrastructureError` (`no-lean`, `lean-project`).
 */
export async function leanProject(lab: Lab, directory: string, toolchain?: string): Promise<LeanProject> {
  const root = await realpath(directory).catch((thrown) => {
    throw new UsageError('no-directory', `${directory} is not a directory that can be read`, {
      cause: thrown,
    })
  })
  const files = await filesOf(root, '.lean', (path) => !notModules.has(path))
  if (files.size === 0) throw new UsageError('no-files', `there is no .lean file in ${directory}`)
  const lean = await toolchainOf(root, toolchain)
  const sandbox = {
    mounts: [
      { host: root, inside: insideProject },
      { host: lean, inside: insideToolchain },
    ],
    env: {
      PATH: `${insideToolchain}/bin:/usr/bin:/bin`,
      // Git refuses what belongs to somebody else, and Lake asks it for the packages' revisions.
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
    },
  }
  const said = await asked(lab, sandbox, directory)
  const version = leanTool.versionPattern.exec(said)?.[1]
  const path = said.split('\n').findLast((line) => line.startsWith('LEAN_SRC_PATH=')) ?? ''
  if (version === undefined)
    throw new InfrastructureError('lean-project', `Lean says no version: ${said.slice(0, 500)}`, {
      retryable: false,
    })
  return { name: basename(root), version, files, roots: rootsOf(path), sandbox }
}

async function asked(lab: Lab, sandbox: LeanProject['sandbox'], directory: string): Promise<string> {
  await using opened = await lab.open({
    name: 'lean-project',
    ...sandbox,
    limits: { processes: 128, memoryBytes: 4 * 1024 ** 3 },
  })
  const script = 'cd "$1" && exec lake env sh -c \'lean --version; echo "LEAN_SRC_PATH=$LEAN_SRC_PATH"\''
  const done = await opened.exec(['sh', '-c', script, 'sh', insideProject], {
    timeoutSeconds: seconds,
    signal: lab.signal,
  })
  lab.signal.throwIfAborted()
  const [stdout, stderr] = [done.stdout, done.stderr].map((bytes) => Buffer.from(bytes).toString())
  if (done.exitCode === 0) return stdout as string
  throw new InfrastructureError(
    'lean-project',
    `lake env does not run in ${directory}: ${`${stderr}${stdout}`.trim().slice(-1000)}. Run lake build there first`,
    { retryable: false },
  )
}

/** Of all places of sources, those in the project. */
function rootsOf(line: string): string[] {
  const places = line.slice('LEAN_SRC_PATH='.length).split(':')
  const relative = places
    .filter((place) => place !== '')
    .map((place) => posix.relative(insideProject, posix.resolve(insideProject, place)) || '.')
    .filter((place) => !place.startsWith('..') && !place.split('/').some((part) => part.startsWith('.lake')))
  return relative.length > 0 ? [...new Set(relative)] : ['.']
}

/** The module that a path is; undefined where a part of it is no name. */
export function leanModule(path: string, roots: readonly string[]): string | undefined {
  const within = roots.filter((root) => root === '.' || path.startsWith(`${root}/`))
  const root = within.toSorted((a, b) => b.length - a.length)[0]
  if (root === undefined) return undefined
  const rest = root === '.' ? path : path.slice(root.length + 1)
  const parts = rest.slice(0, -'.lean'.length).split('/')
  return parts.every((part) => /^[\p{L}\p{N}_!?'-]+$/u.test(part)) ? parts.join('.') : undefined
}
