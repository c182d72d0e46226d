import { namePattern } from '../core/task.ts'

/** Files of a suite: a task of such a name would stand in their place. */
const ofTheSuite = ['suite.toml', 'test_dataset.json']
/** Characters of a name before its number: the pattern's most, less room for one. */
const mostCharacters = 120

/**
 * The names of a source's items, which become the names of tasks and of their directories: valid, none twice, and none
 * that the suite itself needs.
 */
export class Names {
  readonly #taken = new Set(ofTheSuite)
  /** The number to try next: thousands may have one name. */
  readonly #next = new Map<string, number>()

  /** The name itself where it will do, with a number where it is taken; what is no name at all becomes `otherwise`. */
  give(wanted: string, otherwise: string): string {
    const cut = wanted.slice(0, mostCharacters)
    const base = namePattern.test(cut) ? cut : otherwise
    // Some file systems do not tell cases apart.
    const plain = base.toLowerCase()
    let name = base
    let number = this.#next.get(plain) ?? 2
    while (this.#taken.has(name.toLowerCase())) name = `${base}-${number++}`
    this.#next.set(plain, number)
    this.#taken.add(name.toLowerCase())
    return name
  }
}

/** Whether a task may have this name. */
export function isItemName(name: string): boolean {
  return namePattern.test(name) && !ofTheSuite.includes(name.toLowerCase())
}
