import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Lab } from '../../core/domain.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { FileSet } from '../../core/files.ts'
import type { ResourceLimits } from '../../core/limits.ts'
import type { Gauge, ProcessMemory, Running, Sandbox } from '../../core/sandbox.ts'
import { workDirectory } from '../../sandbox/etc.ts'
import { Gone } from './gone.ts'
import { gpuView } from './gpu.ts'
import { LineReader } from './lines.ts'
import type { TorchPython } from './python.ts'

/** Where a module computes. `stand-in` is a device for tests, in the processor's memory, under the protocol of a GPU. */
export type Device = 'cpu' | 'cuda' | 'stand-in'

export interface ProcessOptions {
  readonly name: string
  /** A file of `worker/`. */
  readonly program: 'worker.py' | 'examiner.py' | 'analyse.py'
  readonly python: TorchPython
  readonly threads: number
  readonly device?: Device
  /** What stands in its work directory. */
  readonly files?: FileSet
  readonly limits?: Partial<ResourceLimits>
}

/** What a process said to a command: what it was asked for, or why not. */
export type Reply<T> = { readonly ok: true; readonly value: T } | Refusal
export interface Refusal {
  readonly ok: false
  /** `exception`, or what the worker calls it: `compile`, `no-class`, `state-dict` … */
  readonly kind: string
  readonly message: string
  /** The end of the traceback, where there is one. */
  readonly trace: string
}

const refusal = z.object({
  ok: z.literal(false),
  kind: z.string().max(50),
  message: z.string().max(40_000),
  trace: z.string().max(40_000).default(''),
})
const hello = z.object({ ok: z.literal(true), pid: z.number().int().positive(), torch: z.string() })
export const nothing = z.object({})

/** Where the Python programs are in a sandbox. */
export const workerDirectory = '/opt/touchstone-kernels'
/** Where compiled files are kept, in the work directory. */
export const buildDirectory = '.build'
/** torch is imported in two seconds of processor time, which take a minute on a machine with much else to do. */
const startSeconds = 300
const days = 20 * 86_400
/** Of processes in which nothing of a candidate runs: one may see a hundred answers, each question in a time of its own. */
export const trustedLimits: Partial<ResourceLimits> = { cpuSeconds: days }

/** The mounts, devices and environment with which the Python programs run, in a judge's sandbox and in an agent's. */
export function pythonView(python: TorchPython, threads: number, device: Device = 'cpu') {
  const host = fileURLToPath(new URL('worker', import.meta.url))
  const each = String(threads)
  const gpu = device === 'cuda' ? gpuView(python) : undefined
  return {
    devices: gpu?.devices ?? [],
    mounts: [
      { host, inside: workerDirectory },
      ...python.directories.map((directory) => ({ host: directory, inside: directory })),
    ],
    env: {
      TOUCHSTONE_DEVICE: device,
      TOUCHSTONE_THREADS: each,
      TOUCHSTONE_BUILD: `${workDirectory}/${buildDirectory}`,
      TORCH_EXTENSIONS_DIR: `${workDirectory}/${buildDirectory}/extensions`,
      TORCHINDUCTOR_CACHE_DIR: `${workDirectory}/${buildDirectory}/inductor`,
      TRITON_CACHE_DIR: `${workDirectory}/${buildDirectory}/triton`,
      CUDA_CACHE_PATH: `${workDirectory}/${buildDirectory}/cuda`,
      OMP_NUM_THREADS: each,
      OPENBLAS_NUM_THREADS: each,
      MKL_NUM_THREADS: each,
      // A thread that waits for work by spinning would look as if it worked between the calls.
      OMP_WAIT_POLICY: 'passive',
      // Freed memory is used again without asking the kernel for it: pages that are touched first cost more than many kernels.
      MALLOC_MMAP_MAX_: '0',
      MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
      MALLOC_TOP_PAD_: String(64 * 1024 ** 2),
      PYTHONHASHSEED: '0',
      ...gpu?.env,
    },
  }
}

/**
 * One of the Python programs in a sandbox of its own, asked one thing at a time, its memory and its processor time seen
 * from outside. Whatever it says may be a candidate's word. Once it is gone, every call throws `Gone`.
 */
export class PythonProcess implements AsyncDisposable {
  readonly sandbox: Sandbox
  readonly device: Device
  readonly #running: Running
  readonly #gauge: Gauge
  readonly #lines: LineReader
  #memory: ProcessMemory | undefined
  #count = 0
  #gone: Gone | undefined

  /** Throws `InfrastructureError`: no gauge here, or the program does not start. */
  static async start(lab: Lab, options: ProcessOptions): Promise<PythonProcess> {
    const { python, threads, device = 'cpu' } = options
    const view = pythonView(python, threads, device)
    const sandbox = await lab.open({
      name: options.name,
      ...(options.files && { files: options.files }),
      ...view,
      limits: {
        memoryBytes: 6 * 1024 ** 3,
        processes: 256,
        cpus: Math.max(2, threads),
        cpuSeconds: 1200,
        outputBytes: 4 * 1024 ** 2,
        ...options.limits,
      },
    })
    try {
      return await PythonProcess.#startIn(sandbox, options)
    } catch (thrown) {
      await sandbox[Symbol.asyncDispose]()
      throw thrown
    }
  }

  static async #startIn(sandbox: Sandbox, options: ProcessOptions): Promise<PythonProcess> {
    const { python, device = 'cpu' } = options
    const { gauge } = sandbox
    if (!gauge)
      throw new InfrastructureError(
        'no-gauge',
        'kernels are judged by the processor time and the memory of their sandboxes, which this back end cannot see; use bubblewrap on a machine with control groups',
        { retryable: false },
      )
    const argv = [python.path, '-s', '-B', `${workerDirectory}/${options.program}`]
    const running = await sandbox.start(argv, { timeoutSeconds: days })
    const started = new PythonProcess(sandbox, running, gauge, device)
    try {
      const said = await started.#reply(0, hello, startSeconds)
      if (!said.ok) throw new Gone('confused', said.message)
      started.#memory = await gauge.memory(said.value.pid)
      return started
    } catch (error) {
      await started[Symbol.asyncDispose]()
      if (!(error instanceof Gone)) throw error
      // Nothing of a candidate's has run yet.
      throw new InfrastructureError(
        'kernel-process',
        `${options.program} does not start under ${python.path}: ${error.message}${error.said && `: ${error.said}`}`,
      )
    }
  }

  private constructor(sandbox: Sandbox, running: Running, gauge: Gauge, device: Device) {
    this.sandbox = sandbox
    this.device = device
    this.#running = running
    this.#gauge = gauge
    this.#lines = new LineReader(running.stdout)
    // Nobody reads it, and it is kept for the end.
    void running.finished.catch(() => {})
  }

  /** Processor time of everything that ever ran in the sandbox, in seconds. */
  cpuSeconds(): number {
    return this.#gauge.cpuSeconds()
  }

  /** Sends a command and waits for its reply. Throws `Gone`, and the lab's reason where that is stopped. */
  async ask<T>(
    what: string,
    input: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    seconds: number,
  ): Promise<Reply<T>> {
    if (this.#gone) throw this.#gone
    const number = ++this.#count
    // A process that has ended answers by ending.
    void this.#running.write(`${JSON.stringify({ n: number, do: what, with: input })}\n`).catch(() => {})
    return await this.#reply(number, schema, seconds)
  }

  /** False where not all of it can be read there. */
  async read(address: number, into: Uint8Array): Promise<boolean> {
    return into.byteLength === 0 || ((await this.#memory?.read(address, into)) ?? false)
  }

  /** False where not all of it can be written there. */
  async write(address: number, bytes: Uint8Array): Promise<boolean> {
    return bytes.byteLength === 0 || ((await this.#memory?.write(address, bytes)) ?? false)
  }

  async #reply<T>(number: number, schema: z.ZodType<T>, seconds: number): Promise<Reply<T>> {
    const line = await this.#lines.next(seconds)
    if (typeof line !== 'string') throw await this.#lost(line.none, seconds)
    const said = parsed(line)
    if (said.n !== number) throw await this.#lost('confused', seconds)
    const refused = refusal.safeParse(said)
    if (refused.success) return refused.data
    const read = schema.safeParse(said)
    if (said.ok !== true || !read.success) throw await this.#lost('confused', seconds)
    return { ok: true, value: read.data }
  }

  /** Why there is no reply: how it ended, or that it had to be ended. */
  async #lost(why: 'ended' | 'time' | 'output' | 'confused', seconds: number): Promise<Gone> {
    if (why !== 'ended') this.#running.kill()
    const { limit, exitCode, signal, stderr } = await this.#running.finished
    const said = Buffer.from(stderr).toString().trim().slice(-2000)
    this.#gone ??= goneOf(why, { limit, exitCode, signal }, seconds, said)
    return this.#gone
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gone ??= new Gone('died', 'it was closed')
    this.#running.kill()
    await this.#running.finished.catch(() => {})
    await this.#memory?.[Symbol.asyncDispose]()
    await this.sandbox[Symbol.asyncDispose]()
  }
}

function goneOf(
  why: 'ended' | 'time' | 'output' | 'confused',
  { limit, exitCode, signal }: { limit: string | null; exitCode: number | null; signal: string | null },
  seconds: number,
  said: string,
): Gone {
  if (
    limit === 'memory' ||
    limit === 'cpu' ||
    limit === 'output' ||
    limit === 'disk' ||
    limit === 'processes'
  )
    return new Gone(limit, `it ran into the sandbox's limit on ${limit}`, said)
  if (why === 'time') return new Gone('time', `it did not answer within ${Math.round(seconds)} s`, said)
  if (why === 'output') return new Gone('output', 'it wrote a line that is longer than any reply', said)
  if (why === 'confused')
    return new Gone('confused', 'what it wrote on its channel is no reply to what it was asked', said)
  return new Gone(
    'died',
    signal === null ? `it ended with exit code ${exitCode}` : `it was ended by ${signal}`,
    said,
  )
}

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
