import { UsageError } from '../../core/errors.ts'
import { Names } from '../names.ts'
import type { RawItem } from '../source.ts'
import type { Pile } from './files.ts'
import { fingerprints } from './fingerprint.ts'
import type { Found } from './scan.ts'

/** A raw item, and what it stands for in the pile. */
export interface Entry {
  readonly item: RawItem
  readonly file: string
  /** Absent where the file could not be read. */
  readonly found?: Found
}

/** Most modules of one directory. */
const maxModules = 20_000

/**
 * Every module of every file, and every source file that was not read: `MODULE`, or `FILE.MODULE` where several files
 * have one of that name. Throws `UsageError` where there is no source file.
 */
export function entriesOf(pile: Pile): readonly Entry[] {
  if (pile.sources.size + pile.unread.size === 0)
    throw new UsageError('no-verilog', 'there is no Verilog file (.v, .sv) in this directory')
  const all: { file: string; found?: Found }[] = []
  for (const [file, { modules, problem }] of pile.sources) {
    for (const found of modules) all.push({ file, found })
    if (problem !== undefined && modules.length === 0) all.push({ file })
  }
  for (const file of pile.unread.keys()) all.push({ file })
  if (all.length > maxModules)
    throw new UsageError('too-large', `there are ${all.length} modules; ${maxModules} are taken at once`)
  const count = new Map<string, number>()
  for (const { found } of all) if (found) count.set(found.name, (count.get(found.name) ?? 0) + 1)
  const names = new Names()
  const fingerprintOf = fingerprints(pile)
  return all.map(({ file, found }) => {
    const stem = (file.split('/').at(-1) ?? file).replace(/\.\w+$/, '')
    const alone = found !== undefined && count.get(found.name) === 1
    const wanted = alone ? found.name : found === undefined ? stem : `${stem}.${found.name}`
    const id = names.give(plainly(wanted), 'module')
    const category = found === undefined ? 'unread' : categoryOf(pile, file, found)
    return {
      item: { id, path: file, category, fingerprint: fingerprintOf(file) },
      file,
      ...(found && { found }),
    }
  })
}

/** What is no part of a task's name is left out of it. */
function plainly(wanted: string): string {
  return wanted
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
}

/** By its words alone; what it really is comes out when it is elaborated. */
function categoryOf({ sources }: Pile, file: string, { first, last }: Found): string {
  const { tokens } = sources.get(file)!
  let edge = false
  for (let index = first; index < last && !edge; index++)
    edge = tokens[index]!.text === 'posedge' || tokens[index]!.text === 'negedge'
  return edge ? 'sequential' : 'combinational'
}
