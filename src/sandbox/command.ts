import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { constants as os } from 'node:os'
import type { Duplex, Readable } from 'node:stream'
import { InfrastructureError, type LimitName, messageOf } from '../core/errors.ts'
import type { CommandOptions, Finished, Running } from '../core/sandbox.ts'
import type { Identity } from './identity.ts'
import { Output } from './output.ts'

/** How to start one command: the chain sh → [nsenter → setpriv →] bwrap → the command, in one spawn. */
export interface Launch {
  readonly argv: readonly string[]
  readonly bwrapArguments: readonly string[]
  /** The uid to start as; undefined where the chain itself drops root later or there is no root to drop. */
  readonly identity: Identity | undefined
  readonly seccompFile: string
  readonly mountDescriptors: readonly number[]
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

/** Descriptors of the chain: the child's 3 takes bwrap's arguments and, copied to 5, tells how the command ended. */
export const channelDescriptor = 3
export const seccompDescriptor = 4
export const statusDescriptor = 5
export const firstMountDescriptor = 6

/** Output beyond this many times the limit is an attack on the host's processors: it ends the command. */
const floodFactor = 64
const watchMilliseconds = 100
/** How long after the end of the first process a pipe may stay open: somebody else may hold its other end. */
const drainMilliseconds = 250

/** Starts a command. Its `finished` rejects with `InfrastructureError` where the sandbox, not the command, failed. */
export function launch(
  plan: Launch,
  watch: Watch,
  options: CommandOptions & { outputBytes: number },
): Command {
  return new Command(plan, watch, options)
}

export class Command implements Running {
  readonly stdout: Output
  readonly stderr: Output
  readonly finished: Promise<Finished>
  readonly #child: ChildProcess
  readonly #watch: Watch
  readonly #startedAt = performance.now()
  #timedOut = false
  #killed = false
  #limit: LimitName | null = null
  #status = ''

  constructor(plan: Launch, watch: Watch, options: CommandOptions & { outputBytes: number }) {
    this.#watch = watch
    this.stdout = new Output(options.outputBytes)
    this.stderr = new Output(options.outputBytes)
    const [file = '', ...rest] = plan.argv
    const seccomp = openSync(plan.seccompFile, 'r')
    try {
      this.#child = spawn(file, rest, {
        ...(plan.identity ?? {}),
        cwd: '/',
        env: {},
        stdio: ['pipe', 'pipe', 'pipe', 'pipe', seccomp, 'ignore', ...plan.mountDescriptors],
      })
    } finally {
      closeSync(seccomp)
    }
    this.finished = this.#run(plan, options)
    // Whoever only streams does not have to handle the end as well.
    this.finished.catch(() => {})
  }

  write(data: string | Uint8Array): Promise<void> {
    const input = this.#child.stdin
    if (!input || input.destroyed || input.writableEnded) return Promise.resolve()
    // A command that does not read its input, or has ended, is no error of the writer's.
    return new Promise((resolve) => input.write(data, () => resolve()))
  }

  endInput(): void {
    this.#child.stdin?.end()
  }

  kill(): void {
    this.#killed = true
    this.#child.kill('SIGKILL')
    this.#watch.killRest()
  }

  async #run(plan: Launch, options: CommandOptions & { outputBytes: number }): Promise<Finished> {
    const child = this.#child
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', (error) => reject(startError(error)))
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    this.#collect(child.stdout, this.stdout, options.outputBytes)
    this.#collect(child.stderr, this.stderr, options.outputBytes)
    const channel = child.stdio[channelDescriptor] as Duplex | null
    channel?.on('error', () => {})
    channel?.on('data', (chunk: Buffer) => {
      if (this.#status.length < 4096) this.#status += chunk.toString('latin1')
    })
    channel?.end(plan.bwrapArguments.map((text) => `${text}\0`).join(''))
    child.stdin?.on('error', () => {})
    if (options.stdin !== undefined) child.stdin?.end(options.stdin)

    const timer = setTimeout(() => this.#end({ timedOut: true }), (options.timeoutSeconds ?? 60) * 1000)
    const watcher = setInterval(() => {
      const limit = this.#watch.exceeded()
      if (limit) this.#end({ limit })
    }, watchMilliseconds)
    const abort = () => this.kill()
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    try {
      const { code, signal } = await ended
      await settled(closed, drainMilliseconds)
      return this.#result(code, signal)
    } finally {
      clearTimeout(timer)
      clearInterval(watcher)
      options.signal?.removeEventListener('abort', abort)
      for (const stream of child.stdio) stream?.destroy()
      this.stdout.end()
      this.stderr.end()
    }
  }

  #collect(stream: Readable | null, output: Output, limit: number): void {
    stream?.on('error', () => {})
    stream?.on('data', (chunk: Buffer) => {
      output.push(chunk)
      if (output.total > limit * floodFactor) this.#end({ limit: 'output' })
    })
  }

  #end(why: { timedOut?: true; limit?: LimitName }): void {
    if (this.#killed) return
    this.#timedOut = why.timedOut ?? false
    this.#limit = why.limit ?? null
    this.kill()
  }

  #result(code: number | null, signal: string | null): Finished {
    const reported = /"exit-code": (\d+)/.exec(this.#status)?.[1]
    const limit = this.#limit ?? this.#watch.reached()
    let end: { exitCode: number | null; signal: string | null }
    if (reported !== undefined) end = exitOf(Number(reported))
    else if (this.#killed || signal !== null) end = { exitCode: null, signal: signal ?? 'SIGKILL' }
    else end = this.#failedStart(code, limit)
    return {
      ...end,
      limit: limit ?? (end.signal === 'SIGXFSZ' ? 'disk' : end.signal === 'SIGXCPU' ? 'cpu' : null),
      stdout: this.stdout.bytes(),
      stderr: this.stderr.bytes(),
      truncated: this.stdout.truncated || this.stderr.truncated,
      timedOut: this.#timedOut,
      wallSeconds: (performance.now() - this.#startedAt) / 1000,
    }
  }

  /** bwrap ended without having started the command. */
  #failedStart(
    code: number | null,
    limit: LimitName | null,
  ): { exitCode: number | null; signal: string | null } {
    const said = Buffer.from(this.stderr.bytes()).toString('utf8').trim()
    // As in a shell: 127 where there is no such program, 126 where it cannot be run.
    if (/^bwrap: execvp .*: No such file or directory/m.test(said)) return { exitCode: 127, signal: null }
    if (/^bwrap: execvp /m.test(said)) return { exitCode: 126, signal: null }
    if (/^bwrap: Can't chdir/m.test(said)) return { exitCode: 126, signal: null }
    if (limit !== null) return { exitCode: code, signal: null }
    throw new InfrastructureError(
      'sandbox-start',
      `a sandbox did not start (exit ${code}): ${said.slice(0, 1000) || 'no message'}; \`touchstone doctor\` checks what it needs`,
    )
  }
}

/** bwrap tells a signal's end as a shell does, as 128 + its number. */
function exitOf(code: number): { exitCode: number | null; signal: string | null } {
  const signal = code > 128 ? signals.get(code - 128) : undefined
  return signal ? { exitCode: null, signal } : { exitCode: code, signal: null }
}
const signals = new Map(Object.entries(os.signals).map(([name, number]) => [number, name]))

function startError(error: Error): InfrastructureError {
  return new InfrastructureError(
    'sandbox-start',
    `a sandbox's first process could not be started: ${messageOf(error)}`,
    { cause: error },
  )
}

/** Waits for the promise, but not for long. */
async function settled(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds)
    }),
  ])
  clearTimeout(timer)
}
