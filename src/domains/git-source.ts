import { createHash, randomUUID } from 'node:crypto'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { makeDirectories } from '../core/directories.ts'
import { InfrastructureError, messageOf, UsageError } from '../core/errors.ts'
import { checkPath } from '../core/files.ts'

/** Whether a source is a git address: `https://…`, `ssh://…`, `file://…`, `git@host:…`, or anything ending in `.git`. */
export function isGitAddress(source: string): boolean {
  return (
    /^(https?|ssh|git|file):\/\//.test(source) ||
    /^[\w.-]+@[\w.-]+:/.test(source) ||
    /\.git(#|$)/.test(source)
  )
}

/**
 * A checkout of `ADDRESS[#REVISION[:SUBDIRECTORY]]`, kept in the cache and used again. Without a revision it is the
 * default branch as it was when first fetched; name a commit to be sure.
 * Throws `UsageError` (`bad-git-address`) and `InfrastructureError` (`git-failed`).
 */
export async function checkoutOf(source: string): Promise<string> {
  const [address = '', fragment = ''] = source.split('#', 2)
  const [revision = '', subdirectory = ''] = fragment.split(':', 2)
  if (address.startsWith('-') || revision.startsWith('-')) {
    throw new UsageError('bad-git-address', `"${source}" is not a git address`)
  }
  refuseCredentials(address)
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'touchstone', 'git')
  const key = createHash('sha256').update(`${address}#${revision}`).digest('hex').slice(0, 24)
  const kept = join(cache, key)
  if (!(await exists(kept))) await fetchInto(kept, address, revision)
  const directory = subdirectory ? join(kept, checkPath(subdirectory)) : kept
  if (!(await exists(directory)))
    throw new UsageError('no-such-directory', `${source}: it has no such directory`)
  const real = await realpath(directory)
  if (real !== (await realpath(kept)) && !real.startsWith(`${await realpath(kept)}/`)) {
    throw new UsageError(
      'bad-git-address',
      `${source}: the directory is a link that leads out of the repository`,
    )
  }
  return real
}

/** An address is written into manifests and journals, and into errors; a secret in it would be too. */
function refuseCredentials(address: string): void {
  const user = URL.parse(address)
  if (!user || user.protocol === 'ssh:' || (user.username === '' && user.password === '')) return
  throw new UsageError(
    'secret-in-address',
    `${user.host}: an address with a name or password in it would stand in every result. Use git's credential helper`,
  )
}

/** Fetches beside the place and moves there, so that a fetch that was cut off is never taken for a whole one. */
async function fetchInto(kept: string, address: string, revision: string): Promise<void> {
  const partial = `${kept}.${randomUUID()}.part`
  const git = (...rest: string[]) =>
    execa('git', ['-c', 'protocol.ext.allow=never', '-c', 'core.hooksPath=/dev/null', ...rest], {
      env: { GIT_TERMINAL_PROMPT: '0', GIT_LFS_SKIP_SMUDGE: '1' },
      timeout: 15 * 60 * 1000,
    })
  try {
    await makeDirectories(partial)
    await git('init', '--quiet', partial)
    await git(
      '-C',
      partial,
      'fetch',
      '--quiet',
      '--depth',
      '1',
      '--no-recurse-submodules',
      '--',
      address,
      revision || 'HEAD',
    )
    await git('-C', partial, 'checkout', '--quiet', 'FETCH_HEAD')
    await rename(partial, kept)
  } catch (thrown) {
    await rm(partial, { recursive: true, force: true })
    if (await exists(kept)) return
    const last = messageOf(thrown).split('\n').filter(Boolean).pop()
    throw new InfrastructureError('git-failed', `git could not fetch ${address}: ${last}`, { cause: thrown })
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
