import { messageOf } from '../../../core/errors.ts'
import type { Finished, Running, Sandbox } from '../../../core/sandbox.ts'
import { Gone, type GoneReason } from './gone.ts'

export interface CallOptions {
  /** Wall time, in seconds. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

/** A call under way: what was found of its answer so far, and what was written since it was sent. */
interface Waiting<Found, Answer> {
  readonly found: Found
  bytes: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** A sandbox kills a command that has written 64 times what is kept of it: this many bytes in the life of a process. */
export const keptBytes = 16 * 1024 ** 2
const lifeBytes = 32 * keptBytes
/** How long it may run, in seconds: longer than any trial. */
export const days = 20 * 86_400

/**
 * A prover's process in a sandbox of its own, asked one thing at a time. It may die at any moment: the call under way,
 * and every later one, then throws `Gone`. How it is asked and how it answers is for those that extend it: they call
 * `listen` once they can take chunks.
 */
export abstract class ProverProcess<Found, Answer> implements AsyncDisposable {
  protected readonly running: Running
  /** Fulfils when the process has ended; never rejects. */
  protected readonly ended: Promise<void>
  protected waiting: Waiting<Found, Answer> | undefined
  readonly #sandbox: Sandbox
  readonly #callBytes: number
  #gone: Gone | undefined
  #bytes = 0

  /** `callBytes` is what one call may have written. */
  protected constructor(sandbox: Sandbox, running: Running, callBytes: number) {
    this.#sandbox = sandbox
    this.running = running
    this.#callBytes = callBytes
    this.ended = this.#end()
  }

  /** Takes what came on the standard output. */
  protected abstract take(chunk: Uint8Array): void

  /** Takes what came on the standard error. */
  protected abstract hear(chunk: Uint8Array): void

  protected listen(): void {
    this.#read().catch((error: unknown) => this.fail('died', messageOf(error)))
    this.#hear().catch(() => {})
  }

  /** Set once the process is of no more use. */
  get gone(): Gone | undefined {
    return this.#gone
  }

  /** It has written so much that it had better be replaced, when nobody is in the middle of something. */
  get worn(): boolean {
    return this.#bytes > lifeBytes
  }

  /** Kills the process and closes its sandbox. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.fail('died', 'the prover was closed')
    await this.ended
    await this.#sandbox[Symbol.asyncDispose]()
  }

  /** Does `work`, and `late` when its time is over. Throws `Gone`. Where it is aborted the process ends. */
  protected async limited<Result>(
    work: () => Promise<Result>,
    { seconds, signal }: CallOptions,
    late: () => void,
  ): Promise<Result> {
    if (this.#gone) throw this.#gone
    if (this.waiting) throw new Error('the prover is still at the last call')
    signal?.throwIfAborted()
    const timer = setTimeout(late, seconds * 1000)
    const abort = () => {
      this.fail('aborted', 'the call was aborted')
    }
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Writes a request and waits until `waiting` is resolved. */
  protected ask(request: string | Uint8Array, found: Found): Promise<Answer> {
    const answered = new Promise<Answer>((resolve, reject) => {
      this.waiting = { found, bytes: 0, resolve, reject }
    })
    // An answer can come before the write is known to be done; a process that ends answers by rejecting.
    void this.running.write(request).catch(() => {})
    return answered
  }

  /** Ends the process for the first reason that there is, which it returns. */
  protected fail(reason: GoneReason, message: string): Gone {
    if (this.#gone) return this.#gone
    this.#gone = new Gone(reason, message)
    this.running.kill()
    const waiting = this.waiting
    this.waiting = undefined
    waiting?.reject(this.#gone)
    return this.#gone
  }

  async #read(): Promise<void> {
    for await (const chunk of this.running.stdout) {
      this.#bytes += chunk.byteLength
      if (this.waiting) this.waiting.bytes += chunk.byteLength
      if (this.waiting && this.waiting.bytes > this.#callBytes) {
        this.fail('output', `the prover wrote more than ${this.#callBytes / 1024 ** 2} MiB at one step`)
        return
      }
      this.take(chunk)
      if (this.#gone) return
    }
  }

  /** It is read all the time, so that the prover never has to wait. */
  async #hear(): Promise<void> {
    for await (const chunk of this.running.stderr) {
      this.#bytes += chunk.byteLength
      this.hear(chunk)
    }
  }

  async #end(): Promise<void> {
    let finished: Finished
    try {
      finished = await this.running.finished
    } catch (error) {
      this.fail('died', messageOf(error))
      return
    }
    const { limit, exitCode, signal } = finished
    if (limit === 'memory') this.fail('memory', 'the prover reached its memory limit')
    else if (limit === 'output') this.fail('output', 'the prover wrote too much')
    else this.fail('died', `the prover ended (${signal ?? `exit code ${exitCode}`})`)
  }
}
