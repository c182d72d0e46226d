import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Finished, Running, Sandbox } from '../../../core/sandbox.ts'
import { Gone, type GoneReason } from '../pool/gone.ts'
import { about, init } from './calls.ts'
import { frame, interrupted, interruption, relayed } from './relay.ts'
import { rocqVariables } from './variables.ts'
import { AnswerReader, type Element, Malformed } from './xml.ts'

export interface ProcessOptions {
  readonly memoryBytes: number
  /** What stands in its work directory. */
  readonly files?: FileSet
  /** Further arguments: `-Q . Some.Name`. */
  readonly flags?: readonly string[]
}

export interface Answer {
  /** The `value` element; `val` is `good` or `fail`. */
  readonly value: Element
  /** What was reported before it, from the first call that was sent with it. */
  readonly feedback: readonly Element[]
  /** The time limit had passed and the process was interrupted; the answer may be good all the same. */
  readonly interrupted: boolean
}

export interface CallOptions {
  /** Wall time; then it is interrupted. */
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

interface Waiting {
  feedback: Element[]
  bytes: number
  readonly values: Element[]
  readonly wanted: number
  resolve(values: readonly Element[]): void
  reject(error: Error): void
}

/** How long an interrupted process has before it is killed. */
const graceSeconds = 2
/** A sandbox kills a command that has written 64 times what is kept of it: this many bytes in the life of a process. */
const keptBytes = 16 * 1024 ** 2
const lifeBytes = 32 * keptBytes
/** What one call may have written: messages of a tactic that prints in a loop. */
const callBytes = 32 * 1024 ** 2
const days = 20 * 86_400
const startSeconds = 60

/**
 * One `coqidetop` in a sandbox of its own. Calls are answered in their order, one at a time. It may die at any moment:
 * every call under way, and every later one, then throws `Gone`.
 */
export class CoqProcess implements AsyncDisposable {
  readonly #sandbox: Sandbox
  readonly #running: Running
  readonly #reader = new AnswerReader()
  #waiting: Waiting | undefined
  #gone: Gone | undefined
  #acknowledged: (() => void) | undefined
  #written = 0
  readonly #ended: Promise<void>

  /** Throws `InfrastructureError` where there is no `coqidetop.opt`, or it does not speak this protocol. */
  static async start(lab: Lab, options: ProcessOptions): Promise<CoqProcess> {
    const sandbox = await lab.open({
      name: 'rocq',
      env: rocqVariables,
      ...(options.files && { files: options.files }),
      limits: {
        memoryBytes: options.memoryBytes,
        processes: 16,
        cpuSeconds: days,
        outputBytes: keptBytes,
        diskBytes: 64 * 1024 ** 2,
      },
    })
    const argv = ['coqidetop.opt', ...argumentsAlways, ...(options.flags ?? [])]
    const running = await sandbox.start(relayed(argv), { timeoutSeconds: days, outputBytes: keptBytes })
    const process = new CoqProcess(sandbox, running)
    try {
      await process.call(init(), { seconds: startSeconds })
      const { value } = await process.call(about(), { seconds: startSeconds })
      const protocol = value.children[0]?.children[1]?.text
      if (protocol !== knownProtocol)
        throw new InfrastructureError(
          'rocq-protocol',
          `coqidetop.opt speaks protocol ${protocol ?? 'unknown'}, not ${knownProtocol}; install Rocq 8.16 (apt install coq)`,
          { retryable: false },
        )
      return process
    } catch (error) {
      await process[Symbol.asyncDispose]()
      if (!(error instanceof Gone)) throw error
      const { exitCode, stderr } = await running.finished
      if (exitCode === 127)
        throw new InfrastructureError('no-rocq', 'there is no coqidetop.opt; install it (apt install coq)', {
          retryable: false,
        })
      throw new InfrastructureError(
        'rocq-start',
        `coqidetop.opt does not start: ${error.message}: ${Buffer.from(stderr).toString().trim().slice(-1000)}`,
      )
    }
  }

  private constructor(sandbox: Sandbox, running: Running) {
    this.#sandbox = sandbox
    this.#running = running
    this.#ended = this.#end()
    this.#read().catch((error: unknown) => this.#fail('died', messageOf(error)))
    this.#hear().catch(() => {})
  }

  /** Set once the process is of no more use. */
  get gone(): Gone | undefined {
    return this.#gone
  }

  /** It has written so much that it had better be replaced, when nobody is in the middle of something. */
  get worn(): boolean {
    return this.#written > lifeBytes
  }

  /** Sends a call and waits for its answer. Throws `Gone`. An aborted call ends the process. */
  async call(text: string, options: CallOptions): Promise<Answer> {
    const [answer] = await this.calls([text], options)
    return answer as Answer
  }

  /** Sends calls at once, which saves turns, and waits for the answers of all; the time limit is for all together. */
  async calls(texts: readonly string[], { seconds, signal }: CallOptions): Promise<readonly Answer[]> {
    if (this.#gone) throw this.#gone
    if (this.#waiting) throw new Error('the prover is still at the last call')
    signal?.throwIfAborted()
    const feedback: Element[] = []
    const answered = new Promise<readonly Element[]>((resolve, reject) => {
      this.#waiting = { feedback, bytes: 0, values: [], wanted: texts.length, resolve, reject }
    })
    let interrupted: Promise<void> | undefined
    let killer: NodeJS.Timeout | undefined
    const timer = setTimeout(() => {
      interrupted = this.#interrupt()
      killer = setTimeout(
        () => this.#fail('stuck', 'the prover did not stop when it was interrupted'),
        graceSeconds * 1000,
      )
    }, seconds * 1000)
    const abort = () => this.#fail('aborted', 'the call was aborted')
    signal?.addEventListener('abort', abort, { once: true })
    try {
      // An answer can come before the write is known to be done; a process that ends answers by rejecting.
      void this.#running.write(frame(texts.join('')))
      const values = await answered
      if (interrupted) await this.#settle(interrupted)
      return values.map((value) => ({ value, feedback, interrupted: interrupted !== undefined }))
    } finally {
      clearTimeout(timer)
      clearTimeout(killer)
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Kills the process and closes its sandbox. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#fail('died', 'the prover was closed')
    await this.#ended
    await this.#sandbox[Symbol.asyncDispose]()
  }

  /** Fulfils when the signal has been sent, or will never be. */
  #interrupt(): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      this.#acknowledged = resolve
    })
    void this.#running.write(interruption)
    return Promise.race([sent, this.#ended])
  }

  /** The signal may come after the answer; then the next call meets it, or the process ends: a call that does nothing. */
  async #settle(sent: Promise<void>): Promise<void> {
    await sent
    for (let attempt = 0; attempt < 3; attempt++) {
      const { value } = await this.call(about(), { seconds: startSeconds })
      if (value.attributes.val === 'good') return
    }
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#running.stdout) {
      this.#written += chunk.byteLength
      const waiting = this.#waiting
      if (waiting) waiting.bytes += chunk.byteLength
      if (waiting && waiting.bytes > callBytes) {
        this.#fail('output', `the prover wrote more than ${callBytes / 1024 ** 2} MiB at one step`)
        return
      }
      try {
        for (const answer of this.#reader.push(chunk)) this.#take(answer)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        this.#fail('output', error.message)
        return
      }
    }
  }

  #take(answer: Element): void {
    if (answer.tag !== 'value') {
      if (isMessage(answer)) this.#waiting?.feedback.push(answer)
      return
    }
    const waiting = this.#waiting
    if (!waiting) return
    waiting.values.push(answer)
    if (waiting.values.length < waiting.wanted) return
    this.#waiting = undefined
    waiting.resolve(waiting.values)
  }

  async #hear(): Promise<void> {
    let heard = ''
    for await (const chunk of this.#running.stderr) {
      heard = (heard + Buffer.from(chunk).toString('latin1')).slice(-256)
      if (!heard.includes(interrupted)) continue
      heard = ''
      this.#acknowledged?.()
      this.#acknowledged = undefined
    }
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

  #fail(reason: GoneReason, message: string): void {
    if (this.#gone) return
    this.#gone = new Gone(reason, message)
    this.#running.kill()
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(this.#gone)
  }
}

/** By default Rocq goes on behind a command, or a block of a proof, that failed, as if it had worked. */
const argumentsAlways = [
  '-main-channel',
  'stdfds',
  '-q',
  '-w',
  'none',
  '-async-proofs',
  'off',
  '-async-proofs-command-error-resilience',
  'off',
  '-async-proofs-tactic-error-resilience',
  'off',
]

/** `about` says it: the protocol's date. */
const knownProtocol = '20220205'

/** Most of what is reported says only how far it is. */
function isMessage(feedback: Element): boolean {
  return feedback.children.some(
    ({ tag, attributes }) => tag === 'feedback_content' && attributes.val === 'message',
  )
}
