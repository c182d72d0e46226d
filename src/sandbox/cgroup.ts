import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import type { ResourceLimits } from '../core/limits.ts'
import { killGroup, membersOf, removeGroup } from './cgroup-groups.ts'
import { type Hierarchy, rootsOf, topGroup } from './cgroup-hierarchy.ts'

/** How often a limit was run into, since the group was made. */
export interface Hits {
  readonly memory: number
  /** False where the group never came near its own limit: what was killed in it then met one above it. */
  readonly ownMemory: boolean
  readonly processes: number
}

/** The control group of one sandbox. With version 0 it holds nothing and counts nothing. */
export class ControlGroup {
  readonly #hierarchy: Hierarchy
  readonly #directories: string[]
  readonly #name: string

  /** Throws `InfrastructureError` where the kernel refuses. */
  constructor(hierarchy: Hierarchy, name: string, limits: ResourceLimits) {
    this.#hierarchy = hierarchy
    this.#name = name
    this.#directories = rootsOf(hierarchy).map((root) => join(root, topGroup, name))
    try {
      // Not an error where it is there: cpu and cpuacct may be one hierarchy under two names.
      for (const directory of this.#directories) mkdirSync(directory, { recursive: true })
      if (hierarchy.version === 1) this.#limitVersion1(limits)
      if (hierarchy.version === 2) this.#limitVersion2(limits)
    } catch (error) {
      throw new InfrastructureError('cgroup', `cannot make the control group ${name}: ${messageOf(error)}`, {
        cause: error,
      })
    }
  }

  /** Files that a process writes `0` to in order to be held by the limits. */
  get doors(): string[] {
    return this.#directories.map((directory) => join(directory, this.#door))
  }

  /**
   * A shell has one thread, and version 1 moves one thread without the lock that `cgroup.procs` takes against all
   * forks on the machine: that lock costs an RCU grace period, 11 ms where measured.
   */
  get #door(): string {
    return this.#hierarchy.version === 1 ? 'tasks' : 'cgroup.procs'
  }

  hits(): Hits {
    if (this.#hierarchy.version === 0) return { memory: 0, ownMemory: false, processes: 0 }
    const memory =
      this.#hierarchy.version === 1
        ? this.#read('memory', 'memory.oom_control')
        : this.#read('', 'memory.events')
    const processes = this.#read('pids', 'pids.events')
    // Some kernels do not count in memory.failcnt, so version 1 is judged by the most that was ever used.
    const near = Number(this.#read('memory', 'memory.limit_in_bytes')) - 4 * 1024 ** 2
    const own =
      this.#hierarchy.version === 1
        ? Number(this.#read('memory', 'memory.max_usage_in_bytes')) >= near
        : Number(/^max (\d+)$/m.exec(memory)?.[1] ?? 0) > 0
    return {
      memory: Number(/^oom_kill (\d+)$/m.exec(memory)?.[1] ?? 0),
      ownMemory: own,
      processes: Number(/^max (\d+)$/m.exec(processes)?.[1] ?? 0),
    }
  }

  /** Processor time used so far by all processes that ever were in the group, in seconds; 0 where nothing counts it. */
  cpuSeconds(): number {
    if (this.#hierarchy.version === 1) return Number(this.#read('cpuacct', 'cpuacct.usage')) / 1e9
    if (this.#hierarchy.version === 2)
      return Number(/^usage_usec (\d+)$/m.exec(this.#read('', 'cpu.stat'))?.[1] ?? 0) / 1e6
    return 0
  }

  /** Whether it counts and knows its processes. */
  get counts(): boolean {
    return this.#hierarchy.version !== 0
  }

  /** The host's numbers of the processes that are in it now. */
  processes(): number[] {
    return membersOf(this.#procsFile())
  }

  /** Kills everything in the group, once: what is being forked meanwhile needs another call. */
  kill(): number {
    return killGroup(this.#procsFile())
  }

  /** Kills what is left and removes the group; true when it is gone. Throws `InfrastructureError` after 10 s. */
  async remove(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      this.#directories.splice(
        0,
        this.#directories.length,
        ...this.#directories.filter((path) => !removeGroup(path)),
      )
      const first = this.#directories[0]
      if (first === undefined) return
      if (attempt > 100) {
        throw new InfrastructureError(
          'cgroup-busy',
          `the control group ${first} does not become empty; see its cgroup.procs`,
        )
      }
      killGroup(join(first, 'cgroup.procs'))
      await sleep(Math.min(2 ** attempt, 100))
    }
  }

  #procsFile(): string | undefined {
    const first = this.#directories[0]
    return first && join(first, 'cgroup.procs')
  }

  #limitVersion1(limits: ResourceLimits): void {
    this.#write('memory', 'memory.limit_in_bytes', limits.memoryBytes)
    this.#write('memory', 'memory.memsw.limit_in_bytes', limits.memoryBytes)
    // Version 1 counts the buffers of TCP apart from the rest.
    this.#write('memory', 'memory.kmem.tcp.limit_in_bytes', limits.memoryBytes)
    this.#write('pids', 'pids.max', limits.processes + chainProcesses)
    this.#write('cpu', 'cpu.cfs_quota_us', Math.max(1000, Math.round(limits.cpus * periodMicroseconds)))
  }

  #limitVersion2(limits: ResourceLimits): void {
    this.#write('', 'memory.max', limits.memoryBytes)
    this.#write('', 'memory.swap.max', 0)
    this.#write('', 'pids.max', limits.processes + chainProcesses)
    this.#write(
      '',
      'cpu.max',
      `${Math.max(1000, Math.round(limits.cpus * periodMicroseconds))} ${periodMicroseconds}`,
    )
  }

  #directory(controller: string): string {
    const hierarchy = this.#hierarchy
    if (hierarchy.version === 1) return join(hierarchy.roots[controller as 'memory'], topGroup, this.#name)
    return this.#directories[0] ?? ''
  }

  #write(controller: string, file: string, value: number | string): void {
    const path = join(this.#directory(controller), file)
    try {
      writeFileSync(path, String(value))
    } catch (error) {
      // Swap accounting and TCP's own are kernel options; without them there is nothing to limit.
      if (/kmem/.test(file)) return
      if (
        (error as NodeJS.ErrnoException).code === 'ENOENT' ||
        (error as NodeJS.ErrnoException).code === 'EACCES'
      ) {
        if (/memsw|swap/.test(file)) return
      }
      throw error
    }
  }

  #read(controller: string, file: string): string {
    try {
      return readFileSync(join(this.#directory(controller), file), 'latin1')
    } catch {
      return ''
    }
  }
}

/** bubblewrap's own two processes, outside and inside. */
const chainProcesses = 2
const periodMicroseconds = 100_000
