import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { categoryOf } from '../../../domains/security/loaders/category.ts'
import { textInside } from '../../../domains/security/loaders/disk.ts'

/** A competition of the CTF Archive. */
export interface Module {
  readonly name: string | undefined
  /** `CATEGORY - POINTS - NAME` by the challenge's directory. */
  readonly titles: ReadonlyMap<string, string>
  /** Changes with the file. */
  readonly digest: string
}

/**
 * A competition's `module.yml`; where it cannot be read, its challenges still have their directories. Read line by line, as
 * all of them are written: a YAML parser takes a quarter of a minute for 50 kB that are meant to, and this is done outside
 * of any sandbox. Never throws.
 */
export async function moduleOf(root: string, competition: string): Promise<Module> {
  const text = (await textInside(join(root, competition), 'module.yml', 256 * 1024).catch(() => '')) ?? ''
  const titles = new Map<string, string>()
  let name: string | undefined
  let id: string | undefined
  for (const line of text.split(/\r?\n/)) {
    const found = /^( {0,8})(- {1,4})?(id|name)[ \t]{0,4}:[ \t]{1,20}(\S.*)$/.exec(line.slice(0, 1000))
    if (!found) continue
    const [, indent = '', item, key, said = ''] = found
    const value = plainOf(said)
    if (indent === '' && item === undefined) {
      if (key === 'name') name ??= value
    } else if (key === 'id') id = value
    else if (id !== undefined && !titles.has(id)) titles.set(id, value)
  }
  return { name, titles, digest: createHash('sha256').update(text).digest('hex') }
}

/** A scalar without its quotes or comment. */
function plainOf(said: string): string {
  const text = said.trim()
  const quoted =
    /^"(.*)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ??
    /^'(.*)'$/.exec(text)?.[1]?.replaceAll("''", "'")
  return quoted ?? text.replace(/ #.*$/, '').trim()
}

/** The category that a module's title of a challenge says, if it says one. */
export function categoryInTitle(title: string | undefined): string | undefined {
  const parts = title?.split(' - ') ?? []
  return parts.length > 1 ? categoryOf(parts[0]) : undefined
}

/** The name in a module's title. */
export function nameInTitle(title: string): string {
  return (title.split(' - ').at(-1) ?? title).trim()
}
