import { createHash } from 'node:crypto'
import { lstatSync, opendirSync } from 'node:fs'
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
 * told: they lead nowhere, and whoever looks there says so. Synchronous, since waiting for a thread for each of thousands
 * of small directories takes several times as long as reading them.
 */
export function entriesOf(directory: string): Entry[] {
  const entries: Entry[] = []
  try {
    const open = opendirSync(directory, { bufferSize: 512 })
    try {
      for (let entry = open.readSync(); entry && entries.length < mostNames; entry = open.readSync()) {
        const kind = entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : 'other'
        entries.push({ name: entry.name, kind })
      }
    } finally {
      open.closeSync()
    }
  } catch {
    // What cannot be read has nothing that can be used.
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether a directory can be read, which one whose name is not UTF-8 cannot. */
export function isReadable(directory: string): boolean {
  try {
    opendirSync(directory).closeSync()
    return true
  } catch {
    return false
  }
}

/** Changes with names, sizes and times of what is below a directory, and with `besides`. Opens no file. */
export function fingerprintOf(directory: string, besides: string): string {
  const digest = createHash('sha256').update(`${besides}\n`)
  let seen = 0
  const visit = (at: string, inside: string, depth: number): void => {
    for (const { name, kind } of entriesOf(at)) {
      if (++seen > mostStats) return
      const path = inside === '' ? name : `${inside}/${name}`
      // A directory's time changes whenever something in it does, which is seen anyway.
      digest.update(`${JSON.stringify(path)} ${kind} ${kind === 'directory' ? '' : statOf(join(at, name))}\n`)
      if (kind === 'directory' && depth < 30) visit(join(at, name), path, depth + 1)
    }
  }
  visit(directory, '', 0)
  return digest.digest('hex')
}

function statOf(path: string): string {
  try {
    const stat = lstatSync(path)
    return `${stat.size} ${stat.mtimeMs} ${stat.mode}`
  } catch {
    return ''
  }
}
