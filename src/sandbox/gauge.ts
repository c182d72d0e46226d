import { open, readFile } from 'node:fs/promises'
import { InfrastructureError, messageOf, UsageError } from '../core/errors.ts'
import type { Gauge, ProcessMemory } from '../core/sandbox.ts'
import type { ControlGroup } from './cgroup.ts'

/** Measures a sandbox by its control group, and reaches into its processes through `/proc/PID/mem` (proc(5)). */
export function gaugeOf(group: ControlGroup, name: string): Gauge {
  return {
    cpuSeconds: () => group.cpuSeconds(),
    memory: async (pid) => {
      const found = await hostPid(group.processes(), pid)
      if (found === undefined)
        throw new UsageError('no-process', `no process ${pid} runs in the sandbox ${name}`)
      return await openMemory(found, name)
    },
  }
}

/** The host's number of a process that is `inside` in its own, innermost pid namespace. */
async function hostPid(candidates: readonly number[], inside: number): Promise<number | undefined> {
  for (const pid of candidates) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
    const numbers = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? []
    if (numbers.length > 1 && Number(numbers.at(-1)) === inside) return pid
  }
  return undefined
}

async function openMemory(pid: number, name: string): Promise<ProcessMemory> {
  const file = await open(`/proc/${pid}/mem`, 'r+').catch((error: unknown) => {
    throw new InfrastructureError(
      'no-memory-access',
      `the memory of a process in ${name} cannot be opened: ${messageOf(error)}; this takes CAP_SYS_PTRACE`,
      { cause: error, retryable: false },
    )
  })
  // The descriptor belongs to this process's address space for good: a pid that is used again is not reached by it.
  return {
    read: (address, into) =>
      wholly(into.byteLength, async (at) => {
        const { bytesRead } = await file.read(into, at, into.byteLength - at, address + at)
        return bytesRead
      }),
    write: (address, bytes) =>
      wholly(bytes.byteLength, async (at) => {
        const { bytesWritten } = await file.write(bytes, at, bytes.byteLength - at, address + at)
        return bytesWritten
      }),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Goes on until all bytes are moved; false where the kernel moves none any more, or refuses. */
async function wholly(bytes: number, move: (at: number) => Promise<number>): Promise<boolean> {
  for (let at = 0; at < bytes; ) {
    const moved = await move(at).catch(() => 0)
    if (moved === 0) return false
    at += moved
  }
  return true
}
