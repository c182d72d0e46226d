import { createHash } from 'node:crypto'
import { UsageError } from '../../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../../core/files.ts'
import { Modules, type Placed, placed } from '../../rocq/modules.ts'
import { type Mapping, projectPath } from '../../rocq/project.ts'
import type { Required } from '../../rocq/requires.ts'
import { readText } from '../tree.ts'
import { admitted, modulesOf, type Scanned, scan } from './scan.ts'

/** Directories of `.v` files that go together, as they are mapped to modules. */
export interface Project {
  readonly name: string
  /** Where it is, below the library's root; '' is the root itself. */
  readonly directory: string
  /** Relative to that directory. */
  readonly mappings: readonly Mapping[]
  /** Options that change the language. */
  readonly flags: readonly string[]
  /** Relative to the library's root. */
  readonly paths: readonly string[]
}

/** What is known of a file without its text. */
export interface File {
  readonly path: string
  readonly project: Project
  /** Undefined where the file is no module: nothing can require it. */
  readonly module: string | undefined
  readonly requires: Scanned['requires']
  /** Holes by their names behind the module's. */
  readonly holes: readonly string[]
}

/** Files that a theorem's file requires, as a task has them. */
export interface Needed {
  /** By the paths that their modules have, those that are required before those that require them, and `_CoqProject`. */
  readonly files: FileSet
  /** Holes in them, by their full names. */
  readonly holes: readonly string[]
}

/** Paths that the judge and the answer have for themselves. */
const taken = /^(?:Answer|Context|Touchstone\w*)\.v$/

/** Projects beside each other, whose files may require each other's. */
export class Library {
  readonly root: string
  readonly files = new Map<string, File>()
  readonly #own = new Map<Project, Modules>()
  #all = new Modules([])
  readonly #hash = createHash('sha256')

  private constructor(root: string) {
    this.root = root
  }

  /** Reads every file once; `each` sees it with its statements. */
  static async read(
    root: string,
    projects: readonly Project[],
    each: (file: File, scanned: Scanned) => void,
  ): Promise<Library> {
    const library = new Library(root)
    const everything: Placed[] = []
    for (const project of projects) {
      const modules = modulesIn(project)
      library.#own.set(project, new Modules(modules))
      // Beside other projects, one's modules are found by their full names, and only if they have any.
      if (project.mappings.some(({ name }) => name !== ''))
        everything.push(...modules.map((module) => ({ ...module, implicit: false })))
      const names = new Map(modules.map(({ path, module }) => [path, module]))
      for (const path of project.paths) {
        const text = await readText(root, path)
        library.#hash.update(`${path}\0${text.length}\0`).update(text)
        const scanned = scan(text)
        const file = {
          path,
          project,
          module: names.get(path),
          requires: scanned.requires,
          holes: holesIn(scanned),
        }
        library.files.set(path, file)
        each(file, scanned)
      }
    }
    library.#all = new Modules(everything)
    return library
  }

  get digest(): string {
    return this.#hash.copy().digest('hex')
  }

  /** What a file requires up to an offset, all the way down. Throws `UsageError` (`broken-task`). */
  async needed(file: File, before: number): Promise<Needed> {
    const order: File[] = []
    const seen = new Set([file.path])
    const visit = (path: string | undefined) => {
      const other = path === undefined ? undefined : this.files.get(path)
      // A circle ends where it began: what is not compiled yet is not there for the compiler either.
      if (!other || seen.has(other.path)) return
      seen.add(other.path)
      for (const { required } of other.requires) visit(this.#find(required, other))
      order.push(other)
    }
    for (const { at, required } of file.requires) if (at < before) visit(this.#find(required, file))
    const files = new Map<string, string>()
    const holes: string[] = []
    for (const { path, module, holes: own } of order) {
      const home = `${module!.replaceAll('.', '/')}.v`
      if (taken.test(home))
        throw new UsageError(
          'broken-task',
          `${path}, which ${file.path} requires, has a name that the judge needs`,
        )
      // Two projects with a module of one name: the first that was met is meant.
      if (files.has(home)) continue
      const text = await readText(this.root, path)
      files.set(home, own.length === 0 ? text : admitted(text, scan(text).stated))
      holes.push(...own.map((name) => `${module}.${name}`))
    }
    if (order.length > 0) files.set(projectPath, projectText([file, ...order]))
    return { files: fileSet(files), holes }
  }

  #find(required: Required, asking: File): string | undefined {
    return this.#own.get(asking.project)?.find(required, asking.path) ?? this.#all.find(required, asking.path)
  }
}

function modulesIn({ directory, mappings, paths }: Project): Placed[] {
  const start = directory === '' ? 0 : directory.length + 1
  const inside = paths.map((path) => path.slice(start))
  return placed(inside, mappings).map((each) => ({
    ...each,
    path: directory === '' ? each.path : `${directory}/${each.path}`,
  }))
}

/** Holes of a file by their names behind its module's. */
export function holesIn({ stated, others }: Scanned, before = Number.POSITIVE_INFINITY): string[] {
  const theorems = stated
    .filter(({ ending, statement }) => ending === 'hole' && statement.start < before)
    .map(({ name, scopes }) => [...modulesOf(scopes), name])
  const rest = others.flatMap(({ name, modules }) => (name === undefined ? [] : [[...modules, name]]))
  return [...theorems, ...rest].map((parts) => parts.join('.'))
}

/** Files of a task lie where their modules' names say; what may be found by the end of its name stays so. */
function projectText(files: readonly File[]): string {
  const mappings = new Set(files.flatMap(({ project }) => project.mappings))
  const names = [...new Set([...mappings].filter(({ flag }) => flag === '-R').map(({ name }) => name))].sort()
  const lines = names.includes('') ? [] : ['-Q . ""']
  return [
    ...lines,
    ...names.map((name) => `-R ${name === '' ? '.' : name.replaceAll('.', '/')} ${name || '""'}`),
    '',
  ].join('\n')
}
