import { type Mapping, placeOf } from './project.ts'
import type { Required } from './requires.ts'

/** A file as the module that it is. */
export interface Placed {
  readonly path: string
  /** `Some.Name`. */
  readonly module: string
  /** Found by the end of its name alone, as `-R` does. */
  readonly implicit: boolean
}

/** The modules that paths are. Those that are none are left out. */
export function placed(paths: readonly string[], mappings: readonly Mapping[]): Placed[] {
  return paths.flatMap((path) => {
    const place = placeOf(path, mappings)
    return place ? [{ path, module: place.module, implicit: place.mapping.flag === '-R' }] : []
  })
}

/** Finds the file that a `Require` means, among some. */
export class Modules {
  /** By the last part of their names. */
  readonly #byLast = new Map<string, Placed[]>()

  constructor(files: readonly Placed[]) {
    for (const file of files) {
      const last = lastOf(file.module)
      const list = this.#byLast.get(last)
      if (list) list.push(file)
      else this.#byLast.set(last, [file])
    }
  }

  /**
   * The file that is meant, or undefined where it is none of these: a library that is installed, or absent. Where several
   * may be meant, the one that is named in full is, then one of the asking file's own directory, then the first.
   */
  find({ from, name }: Required, asking: string): string | undefined {
    const directory = asking.slice(0, asking.lastIndexOf('/') + 1)
    const near = (path: string) => path.slice(0, path.lastIndexOf('/') + 1) === directory
    const full = from === undefined ? name : `${from}.${name}`
    const fitting = (this.#byLast.get(lastOf(name)) ?? []).filter(({ path, module, implicit }) => {
      if (path === asking) return false
      if (module === full) return true
      if (!endsIn(module, name)) return false
      if (from === undefined) return implicit
      const before = module.slice(0, -name.length - 1)
      return before === from || before.startsWith(`${from}.`) || (implicit && endsIn(before, from))
    })
    const best = fitting.find(({ module }) => module === full) ?? fitting.find(({ path }) => near(path))
    return (best ?? fitting[0])?.path
  }
}

const lastOf = (name: string) => name.slice(name.lastIndexOf('.') + 1)
const endsIn = (name: string, end: string) => name === end || name.endsWith(`.${end}`)
