import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import { enableControllers, type Hierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'

/** File, value of one process, and the most that the kernel takes. */
const v1Weight = ['cpu.shares', 1024, 262_144] as const
const v2Weight = ['cpu.weight', 100, 10_000] as const

/**
 * Makes a run's own groups. A group has by default the weight of one process: on a busy machine all sandboxes together
 * would then get as little as one. They weigh like four processes for each processor. Throws `InfrastructureError`.
 */
export function openRun(hierarchy: Hierarchy, token: string): void {
  openGroups(hierarchy, [topGroup, join(topGroup, token)])
}

/** Makes the group that is above all runs'. Throws `InfrastructureError`. */
export function openTop(hierarchy: Hierarchy): void {
  openGroups(hierarchy, [topGroup])
}

function openGroups(hierarchy: Hierarchy, groups: readonly string[]): void {
  const weight = 4 * availableParallelism()
  try {
    for (const root of rootsOf(hierarchy)) {
      for (const directory of groups.map((group) => join(root, group))) {
        mkdirSync(directory, { recursive: true })
        // In version 2 each level hands the controllers down to the next.
        if (hierarchy.version === 2) enableControllers(directory)
        const [file, value, most] = hierarchy.version === 1 ? v1Weight : v2Weight
        if (existsSync(join(directory, file)))
          writeFileSync(join(directory, file), String(Math.min(value * weight, most)))
      }
    }
  } catch (error) {
    throw new InfrastructureError('cgroup', `cannot make the control groups of a run: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Processes of a group; none where there is no group any more. */
export function membersOf(procsFile: string | undefined): number[] {
  if (procsFile === undefined) return []
  try {
    return readFileSync(procsFile, 'latin1').split('\n').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** SIGKILL to all processes of a group. Returns how many there were. */
export function killGroup(procsFile: string | undefined): number {
  const pids = membersOf(procsFile)
  for (const pid of pids) {
    try {
      // 0 is a process of another pid namespace, and to kill(2) our own group.
      if (pid > 1) process.kill(pid, 'SIGKILL')
    } catch {
      // Gone meanwhile.
    }
  }
  return pids.length
}

/** True where the directory is gone; false while processes are in it. */
export function removeGroup(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false
    throw error
  }
}

/** The groups directly below a run's group. */
export function groupsIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(directory, entry.name))
  } catch {
    return []
  }
}
