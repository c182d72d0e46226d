import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InfrastructureError, UsageError } from '../core/errors.ts'
import { type Hierarchy, topGroup } from './cgroup-hierarchy.ts'

/** What all sandboxes of this machine may use together, of all runs. */
export interface MachineLimits {
  readonly memoryBytes: number
  readonly processes: number
}

/** Of the machine's memory, what sandboxes may have; the rest is the harness's and the system's. */
const share = 0.8
/** No new sandbox is opened while more than this part of a limit is used. */
const full = 0.85
/** How long an opening waits for room before it gives up, in seconds. */
const patienceSeconds = 90

/** `TOUCHSTONE_MEMORY_MB` and `TOUCHSTONE_PROCESSES`, else four fifths of the memory and half of the kernel's threads. */
export function machineLimits(env: NodeJS.ProcessEnv = process.env): MachineLimits {
  const threads = Number(numberIn('/proc/sys/kernel/threads-max') ?? 32_768)
  const pids = Number(numberIn('/proc/sys/kernel/pid_max') ?? 32_768)
  return {
    memoryBytes: (positive(env, 'TOUCHSTONE_MEMORY_MB') ?? 0) * 1024 ** 2 || Math.floor(totalmem() * share),
    processes: positive(env, 'TOUCHSTONE_PROCESSES') ?? Math.floor(Math.min(threads, pids) / 2),
  }
}

/** Throws `UsageError` (`bad-environment`): a limit that is misspelt must not be none. */
function positive(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError('bad-environment', `${name} is "${text}" and should be a whole number, such as 8192`)
}

/**
 * The machine-wide limits on the group that is above all sandboxes of all runs, and the gate before it: where the machine
 * is nearly full, opening waits, so that sandboxes that are open do not run into a limit that is not theirs.
 */
export class Machine {
  readonly limits: MachineLimits
  readonly #memory: string | undefined
  readonly #pids: string | undefined
  readonly #version: 0 | 1 | 2

  constructor(hierarchy: Hierarchy, limits: MachineLimits = machineLimits()) {
    this.limits = limits
    this.#version = hierarchy.version
    if (hierarchy.version === 0) return
    const roots = hierarchy.version === 1 ? hierarchy.roots : { memory: hierarchy.root, pids: hierarchy.root }
    this.#memory = join(roots.memory, topGroup)
    this.#pids = join(roots.pids, topGroup)
    const [memory, swap] =
      hierarchy.version === 1
        ? ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes']
        : ['memory.max', 'memory.swap.max']
    write(join(this.#memory, memory), limits.memoryBytes)
    write(join(this.#memory, swap), hierarchy.version === 1 ? limits.memoryBytes : 0)
    write(join(this.#pids, 'pids.max'), limits.processes)
  }

  /** What is used now, as parts of the limits; 0 where nothing counts it. */
  used(): { readonly memory: number; readonly processes: number } {
    if (this.#memory === undefined || this.#pids === undefined) return { memory: 0, processes: 0 }
    const [usage, stat, inactive] =
      this.#version === 1
        ? ['memory.usage_in_bytes', 'memory.stat', /^total_inactive_file (\d+)$/m]
        : (['memory.current', 'memory.stat', /^inactive_file (\d+)$/m] as const)
    const bytes = numberIn(join(this.#memory, usage)) ?? 0
    // The page cache of files that nobody needs goes away by itself.
    const idle = Number((inactive as RegExp).exec(textIn(join(this.#memory, stat)))?.[1] ?? 0)
    return {
      memory: (bytes - idle) / this.limits.memoryBytes,
      processes: (numberIn(join(this.#pids, 'pids.current')) ?? 0) / this.limits.processes,
    }
  }

  /**
   * Resolves once there is room for another sandbox. Throws `InfrastructureError` (`machine-full`) after a while, and what
   * `check` throws, which is asked as long as it waits: nobody waits for a back end that is being closed.
   */
  async room(check: () => void = () => {}): Promise<void> {
    const until = performance.now() + patienceSeconds * 1000
    for (;;) {
      check()
      const { memory, processes } = this.used()
      if (memory < full && processes < full) return
      if (performance.now() > until) throw machineFull(memory >= full ? 'memory' : 'processes')
      await sleep(100)
    }
  }
}

/** A limit of all sandboxes together was reached: nobody's fault in particular, so a trial that it hits is void. */
export function machineFull(what: 'memory' | 'processes'): InfrastructureError {
  const variable = what === 'memory' ? 'TOUCHSTONE_MEMORY_MB' : 'TOUCHSTONE_PROCESSES'
  return new InfrastructureError(
    'machine-full',
    `all sandboxes of this machine together use up the ${what} that they may have; use a lower --concurrency, or set ${variable}`,
  )
}

/** Where another run has set the same already, or the kernel has no such file, there is nothing to do. */
function write(path: string, value: number): void {
  if (!existsSync(path)) return
  try {
    writeFileSync(path, String(value))
  } catch {
    // Version 1 refuses a limit below what is in use, and memory above memory with swap; the gate holds all the same.
  }
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function numberIn(path: string): number | undefined {
  const text = textIn(path).trim()
  return /^\d+$/.test(text) ? Number(text) : undefined
}
