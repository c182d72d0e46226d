import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { InfrastructureError } from '../../../core/errors.ts'
import type { LeanPlace } from './sandbox.ts'

/** What of the environment says where Lean is. */
export interface LeanVariables {
  readonly PATH?: string | undefined
  /** The REPL's program. */
  readonly TOUCHSTONE_LEAN_REPL?: string | undefined
  /** A Lake project, built: what it requires can be imported, and not what it has itself. */
  readonly TOUCHSTONE_LEAN_PROJECT?: string | undefined
  readonly ELAN_HOME?: string | undefined
}

/** Where things lie on this machine. */
export interface LeanHere {
  /** Absent where there is no REPL: files can be compiled, and nothing is proved live. */
  readonly repl: string | undefined
  /** The toolchain's own directory, with `bin/lean`. */
  readonly toolchain: string
  /** The Lake project, by its name. */
  readonly project: string | undefined
  /** Directories of compiled modules, one for each package that the project requires. */
  readonly modules: readonly string[]
}

const inside = '/opt/lean'
const usualPath = '/usr/local/bin:/usr/bin:/bin'
const howToInstall =
  'install Lean 4 (https://lean-lang.org/install), build leanprover-community/repl with the same toolchain, and set TOUCHSTONE_LEAN_REPL to its program .lake/build/bin/repl, or TOUCHSTONE_LEAN_PROJECT to a built Lake project that requires it'

const manifestSchema = z.object({
  name: z.string().optional().catch(undefined),
  packagesDir: z.string().default('.lake/packages'),
  packages: z
    .array(
      z.looseObject({ type: z.string().optional(), name: z.string().optional(), dir: z.string().optional() }),
    )
    .default([]),
})

/**
 * Looks for Lean: the program that `TOUCHSTONE_LEAN_REPL` names, else `repl` on the PATH, else in the Lake project
 * `TOUCHSTONE_LEAN_PROJECT`; its toolchain as the project's `lean-toolchain` says, else that of `lean` on the PATH. Elan's
 * own program only chooses a toolchain, and is not needed where that lies below `ELAN_HOME`. The project's own modules are
 * not among those found: somebody's own proofs of what a task asks for may lie there. Throws `InfrastructureError`
 * (`no-lean`) that says what to install and set.
 */
export async function findLean(variables: LeanVariables = process.env): Promise<LeanHere> {
  const project = projectOf(variables)
  const repl = replOf(variables, project)
  const toolchain = await toolchainOf(variables, project, repl)
  if (project === undefined) return { repl, toolchain, project: undefined, modules: [] }
  return { repl, toolchain, project: nameOf(project), modules: modulesOf(project) }
}

/** Whether anything says that there is a Lean; `findLean` then finds it or says what is wrong with it. */
export function leanIsNamed(variables: LeanVariables = process.env): boolean {
  const { TOUCHSTONE_LEAN_PROJECT: project, TOUCHSTONE_LEAN_REPL: repl } = variables
  return Boolean(project) || Boolean(repl) || onPath(variables, 'lean') !== undefined
}

/** How a sandbox gets it. Throws `InfrastructureError` (`no-lean-repl`) where `repl` is wanted and not there. */
export function placeOf(here: LeanHere): LeanPlace {
  if (here.repl === undefined)
    throw new InfrastructureError('no-lean-repl', `there is no Lean REPL: ${howToInstall}`, {
      retryable: false,
    })
  const { mounts, env } = compilerPlace(here)
  const program = `${inside}/repl/${basename(here.repl)}`
  return { repl: [program], mounts: [...mounts, { host: dirname(here.repl), inside: `${inside}/repl` }], env }
}

/**
 * The same for the compiler alone: for whoever compiles a file, the judge and the agent alike, so that they import the
 * same. What lies in the directory that Lean is called in comes first, then the packages.
 */
export function compilerPlace({ toolchain, modules }: LeanHere): Pick<LeanPlace, 'mounts' | 'env'> {
  const places = modules.map((host, at) => ({ host, inside: `${inside}/modules/${at}` }))
  const root = `${inside}/toolchain`
  return {
    mounts: [{ host: toolchain, inside: root }, ...places],
    env: {
      PATH: `${root}/bin:${usualPath}`,
      LEAN_SYSROOT: root,
      LEAN_PATH: ['.', ...places.map((place) => place.inside)].join(':'),
    },
  }
}

function projectOf({ TOUCHSTONE_LEAN_PROJECT: named }: LeanVariables): string | undefined {
  if (!named) return undefined
  const project = resolve(named)
  if (['lakefile.lean', 'lakefile.toml'].some((name) => existsSync(join(project, name))))
    return realpathSync(project)
  throw missing(`TOUCHSTONE_LEAN_PROJECT is ${named}, which has no lakefile.lean or lakefile.toml`)
}

function replOf(variables: LeanVariables, project: string | undefined): string | undefined {
  const named = variables.TOUCHSTONE_LEAN_REPL
  if (named) {
    if (isFile(named)) return realpathSync(named)
    throw missing(`TOUCHSTONE_LEAN_REPL is ${named}, and no such program is there`)
  }
  const built =
    project === undefined
      ? []
      : [project, ...packagesOf(project)].map((each) => join(each, '.lake/build/bin/repl'))
  const found = onPath(variables, 'repl') ?? built.find(isFile)
  return found === undefined ? undefined : realpathSync(found)
}

/** A REPL's own toolchain file stands above `.lake/build/bin`. */
async function toolchainOf(
  variables: LeanVariables,
  project: string | undefined,
  repl: string | undefined,
): Promise<string> {
  const own = repl === undefined ? undefined : resolve(dirname(repl), '../../..')
  for (const directory of [project, own]) {
    if (directory === undefined) continue
    const wanted = textAt(join(directory, 'lean-toolchain'))?.trim()
    if (!wanted) continue
    const home = variables.ELAN_HOME || join(homedir(), '.elan')
    const toolchain = join(home, 'toolchains', wanted.replaceAll('/', '--').replaceAll(':', '---'))
    if (isFile(join(toolchain, 'bin/lean'))) return realpathSync(toolchain)
  }
  if (onPath(variables, 'lean') === undefined) throw missing('lean is not on the PATH')
  const asked = await execa('lean', ['--print-prefix'], {
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
    env: { ...(variables.PATH !== undefined && { PATH: variables.PATH }) },
    ...(project !== undefined && { cwd: project }),
  })
  const prefix = asked.stdout.trim()
  if (!asked.failed && isFile(join(prefix, 'bin/lean'))) return realpathSync(prefix)
  throw missing(
    `lean --print-prefix names no toolchain${asked.stderr ? ` (${asked.stderr.slice(0, 300)})` : ''}`,
  )
}

function manifestOf(project: string): z.infer<typeof manifestSchema> | undefined {
  const text = textAt(join(project, 'lake-manifest.json'))
  if (text === undefined) return undefined
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data
  } catch {
    throw missing(`${project}/lake-manifest.json is no JSON; run "lake update" there`)
  }
}

function nameOf(project: string): string {
  return manifestOf(project)?.name?.replaceAll(/[«»]/g, '') || basename(project)
}

function packagesOf(project: string): string[] {
  const manifest = manifestOf(project)
  if (manifest === undefined) return directoriesIn(join(project, '.lake/packages'))
  const { packagesDir, packages } = manifest
  const local = packages.flatMap(({ type, dir }) =>
    type === 'path' && dir !== undefined ? [resolve(project, dir)] : [],
  )
  return [...directoriesIn(join(project, packagesDir)), ...local]
}

/** Since Lean 4.19 below `lib/lean`, before in `lib`. */
function modulesOf(project: string): string[] {
  const found = packagesOf(project).flatMap((each) => {
    if (existsSync(each) && realpathSync(each) === project) return []
    const built = ['.lake/build/lib/lean', '.lake/build/lib'].map((path) => join(each, path))
    const there = built.find((path) => existsSync(path) && statSync(path).isDirectory())
    return there === undefined ? [] : [realpathSync(there)]
  })
  return [...new Set(found)]
}

function directoriesIn(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory())
}

function onPath({ PATH }: LeanVariables, name: string): string | undefined {
  return (PATH ?? '')
    .split(':')
    .map((directory) => join(directory || '.', name))
    .find(isFile)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function textAt(path: string): string | undefined {
  return isFile(path) ? readFileSync(path, 'utf8') : undefined
}

function missing(what: string): InfrastructureError {
  return new InfrastructureError('no-lean', `${what}: ${howToInstall}`, { retryable: false })
}
