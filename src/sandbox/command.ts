import { existsSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import type { LimitName } from '../core/errors.ts'
import type { CommandOptions, Finished, Running } from '../core/sandbox.ts'
import { type End, endOf, exitOf } from './end.ts'
import type { Identity } from './identity.ts'
import type { Ended, Launched, Launcher, Preparation } from './launcher.ts'
import { Output } from './output.ts'
import { discard, type NamedPipe, type PipePool } from './pipes.ts'

/** How to start one command. */
export interface Plan {
  readonly preparation: Preparation
  readonly owner: Identity
  readonly launcher: Launcher
  readonly pipes: PipePool
  /** Whether the caller may write to the command's input as it runs; otherwise that is `stdin`, or empty. */
  readonly input: boolean
}

/** What the sandbox knows of its limits while a command runs. */
export interface Watch {
  /** Called now and then; a limit that is exceeded ends the command. */
  exceeded(): LimitName | null
  /** Called once after the command has ended, well or not. */
  reached(failed: boolean): LimitName | null
  /** Kills what the process tree may have left in the control group. */
  killRest(): void
}

export type LaunchOptions = CommandOptions & { readonly outputBytes: number }

/** Output beyond this is an attack on the host's processors and ends the command: 64 times what is kept, at least 16 MiB. */
export const floodBytes = (kept: number) => Math.max(64 * kept, 16 * 1024 ** 2)
/** A timer's delay. Node fires one beyond 2^31 - 1 ms, 24 days, at once. */
export const timerMilliseconds = (seconds: number) => Math.min(seconds * 1000, 2 ** 31 - 1)
const watchMilliseconds = 100
/** How often to look whether a command has opened its input, where that is to be closed. */
const openMilliseconds = 2
/** How long after the end of the first process a pipe may stay open: somebody else may hold its other end. */
const drainMilliseconds = 250

/** A command under way. Its `finished` rejects with `InfrastructureError` where the sandbox, not the command, failed. */
export class Command implements Running {
  readonly stdout: Output
  readonly stderr: Output
  readonly finished: Promise<Finished>
  readonly #launched: Launched
  readonly #watch: Watch
  readonly #input: Socket | undefined
  readonly #inputPath: string
  #inputEnded = false
  readonly #startedAt = performance.now()
  #timedOut = false
  #killed = false
  #limit: LimitName | null = null

  /** Throws `InfrastructureError` where not even pipes can be had. */
  static async start(plan: Plan, watch: Watch, options: LaunchOptions): Promise<Command> {
    const { pipes, owner } = plan
    const wanted = [pipes.output(owner), pipes.output(owner), ...(plan.input ? [pipes.input(owner)] : [])]
    const taken = await Promise.allSettled(wanted)
    const open = taken.flatMap((pipe) => (pipe.status === 'fulfilled' ? [pipe.value] : []))
    try {
      const failed = taken.find((pipe) => pipe.status === 'rejected')
      if (failed) throw failed.reason
      const input =
        options.stdin === undefined || plan.input ? undefined : pipes.inputFile(options.stdin, owner)
      return new Command(plan, watch, options, open as [NamedPipe, NamedPipe, NamedPipe?], input)
    } catch (error) {
      for (const pipe of open) discard(pipe)
      throw error
    }
  }

  private constructor(
    plan: Plan,
    watch: Watch,
    options: LaunchOptions,
    [stdout, stderr, stdin]: [NamedPipe, NamedPipe, NamedPipe?],
    inputFile: string | undefined,
  ) {
    this.#watch = watch
    this.stdout = new Output(options.outputBytes)
    this.stderr = new Output(options.outputBytes)
    const files = [stdin?.path ?? inputFile ?? '/dev/null', stdout.path, stderr.path] as const
    this.#inputPath = files[0]
    this.#launched = plan.launcher.run(files, plan.preparation)
    if (stdin) this.#input = new Socket({ fd: stdin.descriptor, readable: false, writable: true })
    // A command that does not read its input, or has ended, is no error of the writer's.
    this.#input?.on('error', () => {})
    const outputs = [this.#collect(stdout, this.stdout), this.#collect(stderr, this.stderr)]
    this.finished = this.#run(options, outputs, files).catch((error: unknown) => {
      removeNames(files)
      throw error
    })
    // Whoever only streams does not have to handle the end as well.
    this.finished.catch(() => {})
  }

  write(data: string | Uint8Array): Promise<void> {
    const input = this.#input
    if (!input || input.destroyed || this.#inputEnded) return Promise.resolve()
    return new Promise((resolve) => input.write(data, () => resolve()))
  }

  endInput(): void {
    this.#inputEnded = true
    this.#closeInput()
  }

  kill(): void {
    this.#killed = true
    this.#launched.kill()
    this.#watch.killRest()
  }

  /** A pipe that nobody has open forgets what was written; the launcher removes its name once it has opened it. */
  #closeInput(): void {
    if (!this.#input || this.#input.destroyed) return
    if (existsSync(this.#inputPath)) setTimeout(() => this.#closeInput(), openMilliseconds)
    else this.#input.end()
  }

  async #run(options: LaunchOptions, outputs: Socket[], files: readonly string[]): Promise<Finished> {
    const delay = timerMilliseconds(options.timeoutSeconds ?? 60)
    const timer = setTimeout(() => this.#stop({ timedOut: true }), delay)
    const watcher = setInterval(() => {
      const limit = this.#watch.exceeded()
      if (limit) this.#stop({ limit })
    }, watchMilliseconds)
    const abort = () => this.kill()
    // Time that earlier commands used up does not come back; a full disk may be emptied by this one.
    if (this.#watch.exceeded() === 'cpu') this.#stop({ limit: 'cpu' })
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    try {
      const ended = await this.#launched.ended
      await drained(outputs)
      return this.#result(ended)
    } finally {
      clearTimeout(timer)
      clearInterval(watcher)
      options.signal?.removeEventListener('abort', abort)
      for (const stream of [this.#input, ...outputs]) stream?.destroy()
      // Killed before it had opened its files, it left their names.
      if (this.#killed) removeNames(files)
      this.stdout.end()
      this.stderr.end()
    }
  }

  #collect({ descriptor }: NamedPipe, output: Output): Socket {
    const stream = new Socket({ fd: descriptor, readable: true, writable: false })
    stream.on('error', () => {})
    stream.on('data', (chunk: Buffer) => {
      output.push(chunk)
      if (output.total > floodBytes(output.limit)) this.#stop({ limit: 'output' })
    })
    return stream
  }

  #stop(why: { timedOut?: true; limit?: LimitName }): void {
    if (this.#killed) return
    this.#timedOut = why.timedOut ?? false
    this.#limit = why.limit ?? null
    this.kill()
  }

  #result({ code, signal, status }: Ended): Finished {
    const reported = /"exit-code": (\d+)/.exec(status)?.[1]
    const limit = this.#limit ?? this.#watch.reached(reported !== '0')
    // What went wrong before there was a bwrap to say so.
    const failure = /failed: (.*)/s.exec(status)?.[1]
    if (failure !== undefined) this.stderr.push(Buffer.from(failure))
    const stderr = this.stderr.bytes()
    let end: End
    if (reported !== undefined) end = exitOf(Number(reported))
    else if (this.#killed || signal !== null) end = exitOf(128 + (signal ?? 9))
    else end = endOf(code, Buffer.from(stderr).toString(), limit)
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

function removeNames(files: readonly string[]): void {
  for (const path of files) if (path !== '/dev/null') rmSync(path, { force: true })
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
