import { Fallen } from '../source.ts'
import type { Expanded } from './expand.ts'
import type { Pile } from './files.ts'
import { type Found, isInstance } from './scan.ts'

/** A module with its macros expanded. */
export interface Part {
  readonly name: string
  readonly file: string
  readonly in: Expanded
  readonly found: Found
}

/** Most modules that one may be made of. */
const maxParts = 100

/**
 * A module and all that it instantiates, each before those that use it; the module itself is the last. Throws `Fallen`
 * where it contains itself, or where it is not clear which module is meant.
 */
export async function closureOf(
  file: string,
  name: string,
  pile: Pile,
  expanded: (file: string) => Promise<Expanded>,
): Promise<readonly Part[]> {
  const homes = homesOf(pile)
  const done = new Map<string, Part>()
  const open = new Set<string>()
  const visit = async (module: string, from: string): Promise<void> => {
    if (done.has(module)) return
    if (open.has(module)) throw new Fallen('recursive', `${module} contains itself`)
    if (open.size + done.size >= maxParts)
      throw new Fallen('too-large', `it is made of more than ${maxParts} modules`)
    const home = module === name ? file : homeOf(module, from, homes.get(module) ?? [])
    const text = await expanded(home)
    const found = text.modules.find((each) => each.name === module)
    if (found === undefined) {
      const why = text.problem ?? 'its macros leave it out'
      throw new Fallen('does-not-compile', `${home} does not declare ${module}: ${why}`)
    }
    open.add(module)
    for (let index = found.first; index < found.last; index++) {
      const used = text.tokens[index]!.text
      if (homes.has(used) && isInstance(text.tokens, index)) await visit(used, home)
    }
    open.delete(module)
    done.set(module, { name: module, file: home, in: text, found })
  }
  await visit(name, file)
  return [...done.values()]
}

const known = new WeakMap<Pile, ReadonlyMap<string, readonly string[]>>()

/** The files that have a module of each name. */
function homesOf(pile: Pile): ReadonlyMap<string, readonly string[]> {
  const before = known.get(pile)
  if (before !== undefined) return before
  const homes = new Map<string, string[]>()
  for (const [file, { modules }] of pile.sources)
    for (const { name } of modules) {
      const files = homes.get(name)
      if (files === undefined) homes.set(name, [file])
      else if (!files.includes(file)) files.push(file)
    }
  known.set(pile, homes)
  return homes
}

/** The nearest of the files that have a module. */
function homeOf(module: string, from: string, files: readonly string[]): string {
  if (files.includes(from)) return from
  for (let above = directoryOf(from); ; above = directoryOf(above)) {
    const near = files.filter((file) => above === '' || file.startsWith(`${above}/`))
    if (near.length === 1) return near[0]!
    if (near.length > 1)
      throw new Fallen('ambiguous-submodule', `${module} is in ${near.slice(0, 3).join(' and in ')}`)
    if (above === '') throw new Fallen('needs-module', `the module ${module} is not there`)
  }
}

function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
