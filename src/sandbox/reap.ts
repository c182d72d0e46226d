import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReapReport } from '../core/sandbox.ts'
import { groupsIn, killGroup, removeGroup } from './cgroup-groups.ts'
import { findHierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'
import { Launcher } from './launcher.ts'
import { mountsBelow } from './mounts.ts'
import { isOrphan } from './state.ts'
import { removeTree } from './workfiles.ts'

export const nothingReaped: ReapReport = {
  processes: 0,
  directories: 0,
  mounts: 0,
  cgroups: 0,
  namespaces: 0,
}

/**
 * Removes what runs left behind whose owner is dead: kills their processes, removes their control groups, mounts,
 * network namespaces and directories. Two may reap the same at once: what one finds gone is no error.
 */
export async function reapOrphans(stateDirectory: string): Promise<ReapReport> {
  const report = { ...nothingReaped }
  for (const root of rootsOf(findHierarchy())) {
    for (const run of groupsIn(join(root, topGroup))) {
      if (isOrphan(run.slice(run.lastIndexOf('/') + 1))) await reapGroups(run, report)
    }
  }
  const orphans = existsSync(stateDirectory) ? readdirSync(stateDirectory).filter(isOrphan) : []
  if (orphans.length > 0) {
    const launcher = new Launcher()
    for (const token of orphans) await reapDirectory(join(stateDirectory, token), launcher, report)
    await launcher[Symbol.asyncDispose]()
  }
  return report
}

type Counts = { -readonly [name in keyof ReapReport]: number }

/** The processes of a sandbox are in several hierarchies of version 1: they are counted where they are still found. */
async function reapGroups(run: string, report: Counts): Promise<void> {
  for (const group of groupsIn(run)) {
    for (let attempt = 0; attempt < 100; attempt++) {
      report.processes += killGroup(join(group, 'cgroup.procs'))
      if (removeGroup(group)) break
      await sleep(Math.min(2 ** attempt, 50))
    }
    report.cgroups++
  }
  removeGroup(run)
}

async function reapDirectory(directory: string, launcher: Launcher, report: Counts): Promise<void> {
  for (const { path, type } of launcher.privileged ? mountsBelow(directory) : []) {
    try {
      await launcher.unmount(path)
    } catch {
      // Somebody else is reaping too; if not, the directory stays, and so does the next start's chance.
      continue
    }
    if (type === 'nsfs') report.namespaces++
    else report.mounts++
  }
  // Never through a mount that could not be removed: it may be a directory of the host's, shown in a sandbox.
  if (mountsBelow(directory).length > 0) return
  removeTree(directory)
  report.directories++
}
