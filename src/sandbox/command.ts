import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { InfrastructureError, type LimitName, messageOf } from '../core/errors.ts'
import type { CommandOptions, Finished, Running } from '../core/sandbox.ts'
import { channelDescriptor } from './chain.ts'
import { type End, endOf, exitOf } from './end.ts'
import type { Identity } from './identity.ts'
import { Output } from './output.ts'
import type { Pipe, PipePool } from './pipes.ts'

/** How to start one command, in one spawn. */
export interface Launch {
  readonly argv: readonly string[]
  /** NUL-terminated. */
  readonly bwrapArguments: string
  /** The uid to start as; undefined where the chain itself drops root later or there is no root to drop. */
  readonly identity: Identity | undefined
  readonly pipes: PipePool
  /** Whether the caller may write to the command's input as it runs; otherwise that is `stdin`, or empty. */
  readonly input: boolean
}

/** What the sandbox knows of its limits while a command runs. */
export interface Watch {
  /** Called now and then; a limit that is exceeded ends the command. */
  exceeded(): LimitName | null
  /** Called once after the command has ended. */
  reached(): LimitName | null
  /** Kills what the process tree may have left in the control group. */
  killRest(): void
}

export type LaunchOptions = CommandOptions & { readonly outputBytes: number }

/** Output beyond this many times the limit is an attack on the host's processors: it ends the command. */
export const floodFactor = 64
const watchMilliseconds = 100
/** How long after the end of the first process a pipe may stay open: somebody else may hold its other end. */
const drainMilliseconds = 250

/** A command under way. Its `finished` rejects with `InfrastructureError` where the sandbox, not the command, failed. */
export class Command implements Running {
  readonly stdout: Output
  readonly stderr: Output
  readonly finished: Promise<Finished>
  readonly #child: ChildProcess
  readonly #watch: Watch
  readonly #input: Socket | undefined
  readonly #startedAt = performance.now()
  #timedOut = false
  #killed = false
  #limit: LimitName | null = null
  #status = ''

  /** Throws `InfrastructureError` where not even pipes can be had. */
  static async start(plan: Launch, watch: Watch, options: LaunchOptions): Promise<Command> {
    const taken = await Promise.allSettled([
      plan.pipes.take('read'),
      plan.pipes.take('read'),
      ...(plan.input ? [plan.pipes.take('write')] : []),
    ])
    const pipes = taken.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
    const failed = taken.find((end) => end.status === 'rejected')
    if (failed) {
      for (const { read, write } of pipes) for (const descriptor of [read, write]) closeSync(descriptor)
      throw failed.reason
    }
    return new Command(plan, watch, options, pipes as [Pipe, Pipe, Pipe?])
  }

  private constructor(plan: Launch, watch: Watch, options: LaunchOptions, pipes: [Pipe, Pipe, Pipe?]) {
    this.#watch = watch
    this.stdout = new Output(options.outputBytes)
    this.stderr = new Output(options.outputBytes)
    const [stdout, stderr, stdin] = pipes
    const [file = '', ...rest] = plan.argv
    const input =
      stdin?.read ?? (options.stdin === undefined ? undefined : plan.pipes.inputFile(options.stdin))
    try {
      this.#child = spawn(file, rest, {
        ...(plan.identity ?? {}),
        cwd: '/',
        env: {},
        stdio: [input ?? 'ignore', stdout.write, stderr.write, 'pipe'],
      })
    } finally {
      for (const descriptor of [input, stdout.write, stderr.write]) {
        if (descriptor !== undefined) closeSync(descriptor)
      }
    }
    if (stdin) this.#input = new Socket({ fd: stdin.write, readable: false, writable: true })
    // A command that does not read its input, or has ended, is no error of the writer's.
    this.#input?.on('error', () => {})
    const outputs = [this.#collect(stdout.read, this.stdout), this.#collect(stderr.read, this.stderr)]
    this.finished = this.#run(plan, options, outputs)
    // Whoever only streams does not have to handle the end as well.
    this.finished.catch(() => {})
  }

  write(data: string | Uint8Array): Promise<void> {
    const input = this.#input
    if (!input || input.destroyed || input.writableEnded) return Promise.resolve()
    return new Promise((resolve) => input.write(data, () => resolve()))
  }

  endInput(): void {
    this.#input?.end()
  }

  kill(): void {
    this.#killed = true
    this.#child.kill('SIGKILL')
    this.#watch.killRest()
  }

  async #run(plan: Launch, options: LaunchOptions, outputs: Socket[]): Promise<Finished> {
    const child = this.#child
    const exited = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', (error) => reject(startError(error)))
      // 'close' and not 'exit': the channel, which alone belongs to the child here, has then been read to its end.
      child.once('close', (code, signal) => resolve({ code, signal }))
    })
    this.#openChannel(plan)

    const timer = setTimeout(() => this.#stop({ timedOut: true }), (options.timeoutSeconds ?? 60) * 1000)
    const watcher = setInterval(() => {
      const limit = this.#watch.exceeded()
      if (limit) this.#stop({ limit })
    }, watchMilliseconds)
    const abort = () => this.kill()
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    try {
      const { code, signal } = await exited
      await drained(outputs)
      return this.#result(code, signal)
    } finally {
      clearTimeout(timer)
      clearInterval(watcher)
      options.signal?.removeEventListener('abort', abort)
      for (const stream of [this.#input, ...outputs]) stream?.destroy()
      this.stdout.end()
      this.stderr.end()
    }
  }

  #openChannel(plan: Launch): void {
    const channel = this.#child.stdio[channelDescriptor] as Duplex | null
    channel?.on('error', () => {})
    channel?.on('data', (chunk: Buffer) => {
      if (this.#status.length < 4096) this.#status += chunk.toString('latin1')
    })
    channel?.end(plan.bwrapArguments)
  }

  #collect(descriptor: number, output: Output): Socket {
    const stream = new Socket({ fd: descriptor, readable: true, writable: false })
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => {
      output.push(chunk)
      if (output.total > output.limit * floodFactor) this.#stop({ limit: 'output' })
    })
    return stream
  }

  #stop(why: { timedOut?: true; limit?: LimitName }): void {
    if (this.#killed) return
    this.#timedOut = why.timedOut ?? false
    this.#limit = why.limit ?? null
    this.kill()
  }

  #result(code: number | null, signal: string | null): Finished {
    const reported = /"exit-code": (\d+)/.exec(this.#status)?.[1]
    const limit = this.#limit ?? this.#watch.reached()
    const stderr = this.stderr.bytes()
    let end: End
    if (reported !== undefined) end = exitOf(Number(reported))
    else if (this.#killed || signal !== null) end = { exitCode: null, signal: signal ?? 'SIGKILL' }
    else end = endOf(code, stderr, limit)
    return {
      ...end,
      limit: limit ?? (end.signal === 'SIGXFSZ' ? 'disk' : end.signal === 'SIGXCPU' ? 'cpu' : null),
      stdout: this.stdout.bytes(),
      stderr,
      truncated: this.stdout.truncated || this.stderr.truncated,
      timedOut: this.#timedOut,
      wallSeconds: (performance.now() - this.#startedAt) / 1000,
    }
  }
}

function startError(error: Error): InfrastructureError {
  return new InfrastructureError(
    'sandbox-start',
    `a sandbox's first process could not be started: ${messageOf(error)}`,
    {
      cause: error,
    },
  )
}

/** Waits until both outputs have been read to their end, but not for long. */
async function drained(streams: readonly Socket[]): Promise<void> {
  const open = streams.filter((stream) => !stream.closed)
  if (open.length === 0) return
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMilliseconds)
  })
  const ends = open.map((stream) => new Promise<void>((resolve) => stream.once('close', () => resolve())))
  await Promise.race([Promise.all(ends), enough])
  clearTimeout(timer)
}
