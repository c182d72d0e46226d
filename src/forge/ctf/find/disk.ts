import { createHash } from 'node:crypto'
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

export interface Entry {
  /** With U+FFFD where it is not UTF-8. */
  readonly name: string
  readonly kind: 'directory' | 'file' | 'other'
}

/** Of one directory; a pile of raw material may be large, one challenge's own directory is not read further. */
const mostNames = 20_000
/** Of one challenge. */
const mostStats = 20_000

/**
 * What is in a directory, sorted; nothing where it cannot be read. Of names that are not UTF-8 something like them is
 * told: they lead nowhere, and whoever looks there says so.
 */
export async function entriesOf(directory: string): Promise<Entry[]> {
  const entries: Entry[] = []
  try {
    for await (const entry of await opendir(directory)) {
      if (entries.length >= mostNames) break
      const kind = entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : 'other'
      entries.push({ name: entry.name, kind })
    }
  } catch {
    // What cannot be read has nothing that can be used.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Changes with names, sizes and times of what is below a directory, and with `besides`. Opens no file. */
export async function fingerprintOf(directory: string, besides: string): Promise<string> {
  const digest = createHash('sha256').update(`${besides}\n`)
  let seen = 0
  const visit = async (at: string, inside: string, depth: number): Promise<void> => {
    const entries = (await entriesOf(at)).slice(0, mostStats - seen)
    seen += entries.length
    const stats = await Promise.all(entries.map(({ name }) => lstat(join(at, name)).catch(() => undefined)))
    for (const [index, { name, kind }] of entries.entries()) {
      const path = inside === '' ? name : `${inside}/${name}`
      const stat = stats[index]
      // A directory's time changes whenever something in it does, which is seen anyway.
      const said = kind === 'directory' ? '' : `${stat?.size} ${stat?.mtimeMs} ${stat?.mode}`
      digest.update(`${JSON.stringify(path)} ${kind} ${said}\n`)
      if (kind === 'directory' && depth < 30) await visit(join(at, name), path, depth + 1)
    }
  }
  await visit(directory, '', 0)
  return digest.digest('hex')
}
