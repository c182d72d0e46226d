import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Which control groups hold the limits: version 2, version 1 (hybrid machines have the controllers only there), or none. */
export type Hierarchy =
  | { readonly version: 2; readonly root: string }
  | { readonly version: 1; readonly roots: { memory: string; pids: string; cpu: string; cpuacct: string } }
  | { readonly version: 0; readonly why: string }

const mountPoint = '/sys/fs/cgroup'
/** All runs' groups are below this name in each hierarchy. */
export const topGroup = 'touchstone'
const needed = ['memory', 'pids', 'cpu'] as const

/** What this machine offers and this user may write. */
export function findHierarchy(mount: string = mountPoint): Hierarchy {
  const version2 = existsSync(join(mount, 'cgroup.controllers')) ? findVersion2(mount) : undefined
  if (version2) return version2
  const roots = {
    memory: join(mount, 'memory'),
    pids: join(mount, 'pids'),
    cpu: join(mount, 'cpu'),
    cpuacct: join(mount, 'cpuacct'),
  }
  const missing = Object.entries(roots).filter(([, path]) => !writable(path))
  if (missing.length === 0) return { version: 1, roots }
  return {
    version: 0,
    why: `no writable cgroup controllers below ${mount} (${missing.map(([name]) => name).join(', ')})`,
  }
}

/** Root uses the top of the tree; a user what systemd delegated to them, if anything. */
function findVersion2(mount: string): Hierarchy | undefined {
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/'
  const delegated = /^(.*\/user@\d+\.service)(\/|$)/.exec(own)?.[1]
  for (const root of [mount, ...(delegated ? [join(mount, delegated)] : [])]) {
    if (!writable(root)) continue
    try {
      const offered = readFileSync(join(root, 'cgroup.controllers'), 'utf8').trim().split(' ')
      if (!needed.every((name) => offered.includes(name))) continue
      enableControllers(root)
      mkdirSync(join(root, topGroup), { recursive: true })
      enableControllers(join(root, topGroup))
      return { version: 2, root }
    } catch {
      // The root of a container's own view holds processes, so that it cannot hand controllers down.
    }
  }
  return undefined
}

/** Hands the controllers of a group of version 2 down to those below it. */
export function enableControllers(directory: string): void {
  const file = join(directory, 'cgroup.subtree_control')
  const enabled = readFileSync(file, 'utf8').trim().split(' ')
  const wanted = needed.filter((name) => !enabled.includes(name))
  if (wanted.length > 0) writeFileSync(file, wanted.map((name) => `+${name}`).join(' '))
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The directories that a hierarchy keeps one group in: each controller's in version 1, one in version 2. */
export function rootsOf(hierarchy: Hierarchy): string[] {
  if (hierarchy.version === 2) return [hierarchy.root]
  return hierarchy.version === 1 ? [...new Set(Object.values(hierarchy.roots))] : []
}
