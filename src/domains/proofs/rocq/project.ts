import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../core/errors.ts'
import { type FileSet, textOf } from '../../../core/files.ts'

/** A directory's place in Rocq's library: `-Q theories Some.Name`. */
export interface Mapping {
  readonly flag: '-R' | '-Q'
  /** Relative to the traced directory; `.` is the directory itself. */
  readonly directory: string
  readonly name: string
}

/** Options of `_CoqProject` that change the language; all others are about building. */
const languageFlags: ReadonlySet<string> = new Set(['-noinit', '-impredicative-set', '-indices-matter'])

/** Bytes of a `_CoqProject`. */
const projectMost = 1024 ** 2

/** The text of a directory's `_CoqProject`, which projects called `Make` before; empty where there is none that can be read. */
export async function projectOf(root: string): Promise<string> {
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
  return placeOf(path, mappings)?.module
}

/** The same, with the mapping that says so. */
export function placeOf(
  path: string,
  mappings: readonly Mapping[],
): { readonly module: string; readonly mapping: Mapping } | undefined {
  const depth = ({ directory }: Mapping) => (directory === '.' ? 0 : directory.length)
  const within = mappings.filter(({ directory }) => directory === '.' || path.startsWith(`${directory}/`))
  const mapping = within.toSorted((a, b) => depth(b) - depth(a))[0]
  if (!mapping) return undefined
  const rest = mapping.directory === '.' ? path : path.slice(mapping.directory.length + 1)
  const parts = rest.slice(0, -'.v'.length).split('/')
  if (!parts.every((part) => /^[\p{L}_][\p{L}\p{N}_']*$/u.test(part))) return undefined
  return { module: [...(mapping.name === '' ? [] : [mapping.name]), ...parts].join('.'), mapping }
}

/** The file of a task that says how its files are mapped to modules. */
export const projectPath = '_CoqProject'

/** The mappings of a task's files: modules are found by their paths, unless a `_CoqProject` among them says otherwise. */
export function mappingsIn(files: FileSet): readonly Mapping[] {
  const text = textOf(files, projectPath)
  return text === undefined ? [{ flag: '-Q', directory: '.', name: '' }] : readProject(text).mappings
}

/** How Rocq's programs are told of them. */
export function loadPathIn(files: FileSet): string[] {
  return loadPath(mappingsIn(files))
}

/** As arguments, for programs that run in the traced directory. */
export function loadPath(mappings: readonly Mapping[]): string[] {
  return mappings.flatMap(({ flag, directory, name }) => [flag, directory, name])
}
