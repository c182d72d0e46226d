import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import type { Identity } from './identity.ts'

const run = promisify(execFile)

/** Only root may mount; others get plain directories. */
export const canMount = process.getuid?.() === 0

/** Mounts an empty tmpfs of a fixed size. Throws `InfrastructureError`. */
export async function mountWork(directory: string, bytes: number, owner: Identity): Promise<void> {
  const inodes = Math.max(1024, Math.ceil(bytes / 4096))
  const options = `nosuid,nodev,size=${bytes},nr_inodes=${inodes},mode=0700,uid=${owner.uid},gid=${owner.gid}`
  try {
    await run('/usr/bin/mount', ['-i', '-n', '-t', 'tmpfs', '-o', options, 'touchstone', directory], {
      env: {},
    })
  } catch (error) {
    throw new InfrastructureError(
      'mount',
      `cannot mount a work directory at ${directory}: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Detaches mounts; processes that still are in them keep them until they end. */
export async function unmount(directories: readonly string[]): Promise<void> {
  if (directories.length === 0) return
  try {
    await run('/usr/bin/umount', ['-i', '-n', '-l', ...directories], { env: {} })
  } catch (error) {
    throw new InfrastructureError('mount', `cannot unmount ${directories.join(', ')}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Mount points below a directory, innermost first. */
export function mountsBelow(directory: string): string[] {
  const prefix = `${directory}/`
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .filter((path) => path.startsWith(prefix))
    .reverse()
}
