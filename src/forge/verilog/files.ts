import { readInside, treeOf, Unreadable } from '../../domains/security/loaders/disk.ts'
import { type Scanned, scan } from './scan.ts'

/** Largest source file that is read, in bytes; those that people write are a tenth of it. */
export const maxFileBytes = 1024 ** 2
/** Most bytes of all source files together. */
const maxTotalBytes = 64 * 1024 ** 2
/** Most tokens of all source files together: a byte that is one takes a hundred when it is read. The last file may go beyond. */
export const maxTokens = 5_000_000

const sourceName = /\.(?:v|sv)$/i
const headerName = /\.(?:vh|svh|h|inc|vinc|v|sv)$/i

/** The source files of a directory, read as far as limits allow. */
export interface Pile {
  /** Texts of all files that may hold modules or be included, by path. */
  readonly texts: ReadonlyMap<string, string>
  /** Those with modules, by path. */
  readonly sources: ReadonlyMap<string, Scanned>
  /** Source files that were not read, and why. */
  readonly unread: ReadonlyMap<string, string>
  /** Paths of text files that may describe a module, with their sizes in bytes. */
  readonly beside: ReadonlyMap<string, number>
  /** What of the tree was left out, in words. */
  readonly left: readonly string[]
}

/** Reads a tree without following links. The texts are only read as tokens here; programs see them in sandboxes. */
export async function readPile(root: string): Promise<Pile> {
  const { files, left } = await treeOf(root, (path) => path === '.git' || path.endsWith('/.git'))
  const texts = new Map<string, string>()
  const sources = new Map<string, Scanned>()
  const unread = new Map<string, string>()
  const beside = new Map<string, number>()
  let total = 0
  let tokens = 0
  for (const [path, size] of files) {
    if (/\.(?:txt|md)$/i.test(path)) beside.set(path, size)
    if (!headerName.test(path)) continue
    const isSource = sourceName.test(path)
    const refuse = (why: string) => void (isSource && unread.set(path, why))
    if (size > maxFileBytes) refuse(`it has ${size} bytes; ${maxFileBytes} are read`)
    else if (total + size > maxTotalBytes) refuse(`the files before it have ${maxTotalBytes} bytes together`)
    else if (isSource && tokens >= maxTokens) refuse(`the files before it have ${maxTokens} tokens together`)
    else {
      total += size
      try {
        const text = (await readInside(root, path, maxFileBytes)).toString('utf8').replace(/^\uFEFF/, '')
        texts.set(path, text)
        if (!isSource) continue
        const scanned = scan(text)
        tokens += scanned.tokens.length
        sources.set(path, scanned)
      } catch (thrown) {
        if (!(thrown instanceof Unreadable)) throw thrown
        refuse(thrown.message)
      }
    }
  }
  return { texts, sources, unread, beside, left }
}
