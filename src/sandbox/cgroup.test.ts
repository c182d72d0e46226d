import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resourceLimitsSchema } from '../core/limits.ts'
import { ControlGroup } from './cgroup.ts'
import { openRun, removeGroup } from './cgroup-groups.ts'
import { findHierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'

/** A directory with the files of the root of a version 2 hierarchy: what is written can then be read again. */
let mount: string
beforeEach(() => {
  mount = mkdtempSync(join(tmpdir(), 'touchstone-cgroup-'))
})
afterEach(() => rmSync(mount, { recursive: true, force: true }))

function makeVersion2(controllers: string): void {
  for (const directory of [mount, join(mount, 'touchstone')]) {
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'cgroup.controllers'), controllers)
    writeFileSync(join(directory, 'cgroup.subtree_control'), '')
  }
}

describe('version 2', () => {
  const limits = resourceLimitsSchema.parse({ memoryBytes: 64 * 1024 ** 2, processes: 10, cpus: 0.5 })

  it('is used where it has the controllers, which are handed down', () => {
    makeVersion2('cpuset cpu io memory pids\n')
    expect(findHierarchy(mount)).toEqual({ version: 2, root: mount })
    expect(readFileSync(join(mount, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu')
    expect(readFileSync(join(mount, 'touchstone/cgroup.subtree_control'), 'utf8')).toBe('+memory +pids +cpu')
  })

  it('is passed over where controllers are missing, as on hybrid machines', () => {
    makeVersion2('cpuset io\n')
    const found = findHierarchy(mount)
    expect(found.version).toBe(0)
    expect(found.version === 0 && found.why).toContain('memory, pids, cpu, cpuacct')
  })

  it('holds the limits and counts in its own files', () => {
    makeVersion2('cpu memory pids\n')
    mkdirSync(join(mount, 'touchstone/run'))
    for (const file of ['cgroup.controllers', 'cgroup.subtree_control'])
      writeFileSync(join(mount, 'touchstone/run', file), '')
    const hierarchy = findHierarchy(mount)
    openRun(hierarchy, 'run')
    const group = new ControlGroup(hierarchy, 'run/s1', limits)
    const directory = join(mount, 'touchstone/run/s1')
    expect(readFileSync(join(mount, 'touchstone/run/cgroup.subtree_control'), 'utf8')).toBe(
      '+memory +pids +cpu',
    )
    expect(readFileSync(join(directory, 'memory.max'), 'utf8')).toBe(String(64 * 1024 ** 2))
    expect(readFileSync(join(directory, 'memory.swap.max'), 'utf8')).toBe('0')
    expect(readFileSync(join(directory, 'pids.max'), 'utf8')).toBe('12')
    expect(readFileSync(join(directory, 'cpu.max'), 'utf8')).toBe('50000 100000')
    expect(group.doors).toEqual([join(directory, 'cgroup.procs')])
    writeFileSync(join(directory, 'memory.events'), 'low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\n')
    writeFileSync(join(directory, 'pids.events'), 'max 3\n')
    writeFileSync(join(directory, 'cpu.stat'), 'usage_usec 1500000\nuser_usec 1\n')
    expect(group.hits()).toEqual({ memory: 1, ownMemory: true, processes: 3 })
    expect(group.cpuSeconds()).toBe(1.5)
  })
})

const real = findHierarchy()
const tcp = real.version === 1 && existsSync(join(real.roots.memory, 'memory.kmem.tcp.limit_in_bytes'))
it.skipIf(!tcp)(`version 1 limits TCP's buffers too${tcp ? '' : ' (not here)'}`, async () => {
  const run = `test-${process.pid}`
  openRun(real, run)
  const limits = resourceLimitsSchema.parse({ memoryBytes: 64 * 1024 ** 2 })
  const group = new ControlGroup(real, `${run}/s1`, limits)
  try {
    const root = real.version === 1 ? real.roots.memory : ''
    const file = join(root, topGroup, run, 's1/memory.kmem.tcp.limit_in_bytes')
    expect(readFileSync(file, 'utf8').trim()).toBe(String(64 * 1024 ** 2))
  } finally {
    await group.remove()
    for (const root of rootsOf(real)) removeGroup(join(root, topGroup, run))
  }
})
