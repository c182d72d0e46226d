import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError, messageOf } from '../core/errors.ts'

/**
 * Who owns what a run leaves on the machine. The token is part of the name of every directory and cgroup, so that
 * anybody who finds one can tell, without a record that could be lost, whether its owner is alive:
 * `PID-STARTTIME-PIDNAMESPACE-RANDOM`. The start time guards against a reused process id; a process in another pid
 * namespace cannot be looked up, so its things are left alone.
 */
export function newToken(): string {
  const start = startTimeOf(process.pid) ?? 0
  return `${process.pid}-${start}-${pidNamespace()}-${randomBytes(4).toString('hex')}`
}

const tokenPattern = /^(\d+)-(\d+)-(\d+)-[0-9a-f]{8}$/

/** True where the token's owner is known to be dead: never for a name that is not a token. */
export function isOrphan(token: string): boolean {
  const match = tokenPattern.exec(token)
  if (!match) return false
  const [, pid, start, namespace] = match
  if (namespace !== pidNamespace()) return false
  return startTimeOf(Number(pid)) !== Number(start)
}

/** Clock ticks after boot at which the process started (proc(5), field 22), or undefined where there is none. */
function startTimeOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie is dead: only its parent has not asked yet.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19])
  } catch {
    return undefined
  }
}

function pidNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}

/**
 * The directory below which every run of this user has its own: one per user, so that each start finds what an
 * earlier one left behind.
 */
export function defaultStateDirectory(): string {
  const uid = process.getuid?.() ?? 0
  if (uid === 0) return '/run/touchstone'
  return join(process.env.XDG_RUNTIME_DIR ?? '/tmp', `touchstone-${uid}`)
}

/** Makes the directory, passable but not listable for the sandboxes' uids. Throws `InfrastructureError`. */
export function makeStateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o711 })
    chmodSync(path, 0o711)
  } catch (error) {
    throw new InfrastructureError(
      'state-directory',
      `cannot make ${path}, where sandboxes keep their state: ${messageOf(error)}; name another with stateDirectory`,
      { cause: error, retryable: false },
    )
  }
}
