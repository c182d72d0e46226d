import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, UsageError } from '../../../core/errors.ts'
import { rocqVariables } from '../rocq/variables.ts'

/** A directory's place in Rocq's library: `-Q theories Some.Name`. */
export interface Mapping {
  readonly flag: '-R' | '-Q'
  /** Relative to the traced directory; `.` is the directory itself. */
  readonly directory: string
  readonly name: string
}

/** What is to be traced. */
export interface Source {
  readonly name: string
  readonly root: string
  /** Files by path relative to the root, sorted; undefined for what is too large to be read. */
  readonly files: ReadonlyMap<string, string | undefined>
  readonly mappings: readonly Mapping[]
  /** Further arguments for the file at a path. */
  flagsOf(path: string): readonly string[]
  /** The file that is required by every other one that it does not need itself, without their saying so. */
  readonly prelude?: string
  /** Its compiled files are where Rocq finds them by itself. */
  readonly installed: boolean
}

/** Characters of a file. */
const fileMost = 8 * 1024 ** 2
const filesMost = 20_000
const projectMost = 1024 ** 2
/** Options of `_CoqProject` that change the language; all others are about building. */
const languageFlags: ReadonlySet<string> = new Set(['-noinit', '-impredicative-set', '-indices-matter'])

/** Rocq's own library, wherever it is installed. Throws `InfrastructureError` (`no-rocq`). */
export async function standardLibrary(lab: Lab): Promise<Source> {
  await using sandbox = await lab.open({ name: 'rocq-where', env: rocqVariables })
  const { exitCode, stdout } = await sandbox.exec(['coqc', '-where'])
  if (exitCode !== 0)
    throw new InfrastructureError('no-rocq', 'coqc does not run; install it (apt install coq)', {
      retryable: false,
    })
  const root = join(Buffer.from(stdout).toString().trim(), 'theories')
  return {
    name: 'stdlib',
    root,
    files: await filesOf(root),
    mappings: [{ flag: '-R', directory: '.', name: 'Coq' }],
    // The rest of the library is loaded behind these; they must not have it loaded before them.
    flagsOf: (path) => (path.startsWith('Init/') ? ['-noinit'] : []),
    prelude: 'Init/Prelude.v',
    installed: true,
  }
}

/**
 * A directory of `.v` files, as its `_CoqProject` (or `Make`) maps it, or else as `-R . ""`. Throws `UsageError` (`no-directory`,
 * `no-files`, `bad-project`).
 */
export async function directorySource(directory: string): Promise<Source> {
  const root = resolve(directory)
  const files = await filesOf(root)
  if (files.size === 0) throw new UsageError('no-files', `there is no .v file in ${directory}`)
  const { mappings, flags } = readProject(await projectOf(root))
  return { name: basename(root), root, files, mappings, flagsOf: () => flags, installed: false }
}

/** Before `_CoqProject` had its name, projects called it `Make`. */
async function projectOf(root: string): Promise<string> {
  for (const name of ['_CoqProject', 'Make']) {
    const stats = await lstat(join(root, name)).catch(() => undefined)
    if (stats?.isFile() && stats.size <= projectMost) return await readFile(join(root, name), 'utf8')
  }
  return ''
}

/** Mappings and flags of a `_CoqProject`; what it says about building is left out. Throws `UsageError` (`bad-project`). */
export function readProject(text: string): { mappings: Mapping[]; flags: string[] } {
  const words = (text.replace(/#.*$/gm, '').match(/"[^"\n]*"|[^\s"]+/g) ?? []).map((word) =>
    word.replaceAll('"', ''),
  )
  const mappings: Mapping[] = []
  const flags: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (word === '-R' || word === '-Q') {
      const [directory, name] = [words[at + 1], words[at + 2]]
      if (directory === undefined || name === undefined || !isInside(directory))
        throw new UsageError(
          'bad-project',
          `_CoqProject: ${word} needs a directory inside the project and a name`,
        )
      mappings.push({ flag: word, directory: directory.replace(/^\.\/|\/$/g, '') || '.', name })
      at += 2
    } else if (word === '-arg')
      flags.push(...(words[++at] ?? '').split(/\s+/).filter((flag) => languageFlags.has(flag)))
    else if (languageFlags.has(word)) flags.push(word)
  }
  return { mappings: mappings.length > 0 ? mappings : [{ flag: '-R', directory: '.', name: '' }], flags }
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..')
}

/** The module that a path is, by the nearest mapping; undefined where a part of it is no name, or nothing maps it. */
export function moduleOf(path: string, mappings: readonly Mapping[]): string | undefined {
  const depth = ({ directory }: Mapping) => (directory === '.' ? 0 : directory.length)
  const within = mappings.filter(({ directory }) => directory === '.' || path.startsWith(`${directory}/`))
  const mapping = within.toSorted((a, b) => depth(b) - depth(a))[0]
  if (!mapping) return undefined
  const rest = mapping.directory === '.' ? path : path.slice(mapping.directory.length + 1)
  const parts = rest.slice(0, -'.v'.length).split('/')
  if (!parts.every((part) => /^[\p{L}_][\p{L}\p{N}_']*$/u.test(part))) return undefined
  return [...(mapping.name === '' ? [] : [mapping.name]), ...parts].join('.')
}

/** Symbolic links are not followed. */
async function filesOf(root: string): Promise<ReadonlyMap<string, string | undefined>> {
  const paths: string[] = []
  const look = async (directory: string): Promise<void> => {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (entry.isDirectory()) await look(path)
      else if (entry.isFile() && entry.name.endsWith('.v')) paths.push(path)
      if (paths.length > filesMost)
        throw new UsageError(
          'too-many-files',
          `${root} has more than ${filesMost} .v files; trace a part of it`,
        )
    }
  }
  try {
    await look('')
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    throw new UsageError('no-directory', `${root} is not a directory that can be read`, { cause: thrown })
  }
  const files = new Map<string, string | undefined>()
  for (const path of paths.sort()) {
    const { size } = await lstat(join(root, path))
    files.set(path, size > fileMost ? undefined : await readFile(join(root, path), 'utf8'))
  }
  return files
}

/** As arguments, for programs that run in the traced directory. */
export function loadPath(mappings: readonly Mapping[]): string[] {
  return mappings.flatMap(({ flag, directory, name }) => [flag, directory, name])
}
