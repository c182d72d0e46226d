import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { checkoutOf, isGitAddress } from '../domains/git-source.ts'

export interface Material {
  /** The directory. */
  readonly root: string
  /** How it is called in the suite: the same on every machine. */
  readonly origin: string
}

/** Raw material by what a person types. Throws `UsageError` (`no-such-directory`, `bad-archive`) and what git throws. */
export async function materialOf(source: string): Promise<Material> {
  if (isGitAddress(source)) return { root: await checkoutOf(source), origin: source }
  const root = resolve(source)
  const there = await stat(root).catch(() => undefined)
  if (there?.isDirectory()) return { root, origin: basename(root) }
  if (there?.isFile()) {
    const { unpacked } = await import('./forge-archive.ts')
    return { root: await unpacked(root), origin: basename(root) }
  }
  throw new UsageError(
    'no-such-directory',
    `${source} is no directory or archive file here (git addresses work too)`,
  )
}
