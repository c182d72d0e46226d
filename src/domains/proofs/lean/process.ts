import { randomBytes } from 'node:crypto'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Finished, Running, Sandbox } from '../../../core/sandbox.ts'
import { Gone, type GoneReason } from '../pool/gone.ts'
import { ReplyReader } from './reader.ts'
import type { Reply } from './replies.ts'
import { type Request, written } from './requests.ts'
import { type LeanPlace, leanSandbox } from './sandbox.ts'

export interface ProcessOptions {
  readonly memoryBytes: number
  /** What stands in its work directory: compiled files that are imported. */
  readonly files?: FileSet
}

export interface Answer {
  readonly reply: Reply
  /** What Lean's code printed while it was worked on. */
  readonly printed: readonly string[]
}

export interface CallOptions {
  /** Wall time; then the process is killed: the REPL has no way to stop a tactic. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

interface Waiting {
  readonly printed: string[]
  bytes: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** A sandbox kills a command that has written 64 times what is kept of it: this many bytes in the life of a process. */
const keptBytes = 16 * 1024 ** 2
const lifeBytes = 32 * keptBytes
/** What one call may have written. */
const callBytes = 8 * 1024 ** 2
const printedMost = 1000
const days = 20 * 86_400
const startSeconds = 120
/** In what way it shows depends on moments, and is not told. */
const outOfStep = 'what it writes is no answer to what it was asked'
/** For the question whether it is in step. */
const echoSeconds = 60

/**
 * One Lean REPL in a sandbox of its own, asked one thing at a time. A tactic runs in the same process and can print what
 * looks like a reply, so that every reply is followed by a question with a name in it that nobody could know before:
 * where anything else comes back, the two are out of step, and the process is gone. That finds mistakes and plain
 * forgeries. A tactic that takes over the whole process is not found, and gains nothing: the judge never asks this one.
 * It may die at any moment: the call under way, and every later one, then throws `Gone`.
 */
export class LeanProcess implements AsyncDisposable {
  readonly #sandbox: Sandbox
  readonly #running: Running
  readonly #reader = new ReplyReader()
  #waiting: Waiting | undefined
  #gone: Gone | undefined
  #bytes = 0
  readonly #ended: Promise<void>

  /** Throws `InfrastructureError` where the program is not there or is no Lean REPL. */
  static async start(lab: Lab, place: LeanPlace, options: ProcessOptions): Promise<LeanProcess> {
    const sandbox = await lab.open({
      name: 'lean',
      ...leanSandbox(place),
      ...(options.files && { files: options.files }),
      limits: {
        memoryBytes: options.memoryBytes,
        processes: 512,
        cpuSeconds: days,
        outputBytes: keptBytes,
        diskBytes: 256 * 1024 ** 2,
      },
    })
    const running = await sandbox.start(place.repl, { timeoutSeconds: days, outputBytes: keptBytes })
    const process = new LeanProcess(sandbox, running)
    try {
      await process.#echo(startSeconds)
      return process
    } catch (error) {
      await process[Symbol.asyncDispose]()
      if (!(error instanceof Gone)) throw error
      const { exitCode, stderr } = await running.finished
      const said = Buffer.from(stderr).toString().trim().slice(-1000)
      if (exitCode === 126 || exitCode === 127)
        throw new InfrastructureError(
          'no-lean-repl',
          `${place.repl[0]} cannot be run in a sandbox: ${said || 'it is not there'}; set TOUCHSTONE_LEAN_REPL to the Lean REPL's program`,
          { retryable: false },
        )
      if (error.reason === 'confused' || error.reason === 'stuck')
        throw new InfrastructureError(
          'lean-protocol',
          `${place.repl[0]} does not answer as a Lean REPL does (${error.message}); set TOUCHSTONE_LEAN_REPL to the program "repl" of leanprover-community/repl`,
          { retryable: false },
        )
      throw new InfrastructureError(
        'lean-start',
        `the Lean REPL does not start: ${error.message}${said && `: ${said}`}`,
      )
    }
  }

  private constructor(sandbox: Sandbox, running: Running) {
    this.#sandbox = sandbox
    this.#running = running
    this.#ended = this.#end()
    this.#read().catch((error: unknown) => this.#fail('died', messageOf(error)))
    this.#drain().catch(() => {})
  }

  /** Set once the process is of no more use. */
  get gone(): Gone | undefined {
    return this.#gone
  }

  /** It has written so much that it had better be replaced, when nobody is in the middle of something. */
  get worn(): boolean {
    return this.#bytes > lifeBytes
  }

  /** Sends a request and waits for its reply. Throws `Gone`. An aborted call ends the process. */
  async call(request: Request, options: CallOptions): Promise<Answer> {
    const answer = await this.#ask(written(request), options)
    await this.#echo(echoSeconds)
    return answer
  }

  /** Ends it since it says what cannot be. */
  confuse(): Gone {
    return this.#fail('confused', outOfStep)
  }

  /** Kills the process and closes its sandbox. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('died', 'the prover was closed')
    await this.#ended
    await this.#sandbox[Symbol.asyncDispose]()
  }

  /** A file that is not there: the REPL says so with its name, and nothing else comes of it. */
  async #echo(seconds: number): Promise<void> {
    const name = `touchstone-${randomBytes(16).toString('hex')}.lean`
    const { reply } = await this.#ask(written({ path: name }), { seconds })
    if (reply.kind === 'error' && reply.value.message.includes(name)) return
    throw this.confuse()
  }

  async #ask(text: string, { seconds, signal }: CallOptions): Promise<Answer> {
    if (this.#gone) throw this.#gone
    if (this.#waiting) throw new Error('the prover is still at the last call')
    signal?.throwIfAborted()
    const answered = new Promise<Answer>((resolve, reject) => {
      this.#waiting = { printed: [], bytes: 0, resolve, reject }
    })
    const timer = setTimeout(
      () => this.#fail('stuck', `the prover does not answer within ${seconds} s`),
      seconds * 1000,
    )
    const abort = () => {
      this.#fail('aborted', 'the call was aborted')
    }
    signal?.addEventListener('abort', abort, { once: true })
    try {
      // An answer can come before the write is known to be done; a process that ends answers by rejecting.
      void this.#running.write(text).catch(() => {})
      return await answered
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#running.stdout) {
      this.#bytes += chunk.byteLength
      const waiting = this.#waiting
      if (waiting) waiting.bytes += chunk.byteLength
      if (waiting && waiting.bytes > callBytes) {
        this.#fail('output', `the prover wrote more than ${callBytes / 1024 ** 2} MiB at one step`)
        return
      }
      for (const piece of this.#reader.push(chunk)) {
        if (piece.kind === 'reply') this.#take(piece.reply)
        else if (this.#waiting && this.#waiting.printed.length < printedMost)
          this.#waiting.printed.push(piece.text)
      }
    }
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting.resolve({ reply, printed: waiting.printed })
    else this.confuse()
  }

  /** What Lean writes there is kept for the case that it does not start; it is read so that it never has to wait. */
  async #drain(): Promise<void> {
    for await (const chunk of this.#running.stderr) this.#bytes += chunk.byteLength
  }

  async #end(): Promise<void> {
    let finished: Finished
    try {
      finished = await this.#running.finished
    } catch (error) {
      this.#fail('died', messageOf(error))
      return
    }
    const { limit, exitCode, signal } = finished
    if (limit === 'memory') this.#fail('memory', 'the prover reached its memory limit')
    else if (limit === 'output') this.#fail('output', 'the prover wrote too much')
    else this.#fail('died', `the prover ended (${signal ?? `exit code ${exitCode}`})`)
  }

  #fail(reason: GoneReason, message: string): Gone {
    if (this.#gone) return this.#gone
    this.#gone = new Gone(reason, message)
    this.#running.kill()
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(this.#gone)
    return this.#gone
  }
}
