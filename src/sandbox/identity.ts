import { readFileSync } from 'node:fs'

/** The uid and gid that a sandbox's processes have on the host. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

const base = 1_900_000_000
const perProcess = 4096
let next = Math.floor(Math.random() * perProcess)

/**
 * An identity that no other live sandbox has: sandboxes could not signal or trace one another even if they met.
 * Root takes it from a range that systemd, Debian and container engines leave free; anybody else has only their own.
 */
export function newIdentity(): Identity {
  const own = process.getuid?.() ?? 0
  if (own !== 0) return { uid: own, gid: process.getgid?.() ?? own }
  next = (next + 1) % perProcess
  const wanted = base + (process.pid % 32_768) * perProcess + next
  const id = wanted < mapped() ? wanted : 20_000 + (wanted % Math.max(1, mapped() - 20_000))
  return { uid: id, gid: id }
}

let mappedCache: number | undefined

/** One more than the largest uid of this user namespace: a container may have only 65,536. */
function mapped(): number {
  if (mappedCache === undefined) {
    const rows = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n')
    mappedCache = Math.max(
      ...rows.map((row) => {
        const [inside = 0, , count = 0] = row.trim().split(/\s+/).map(Number)
        return inside + count
      }),
    )
  }
  return mappedCache
}
