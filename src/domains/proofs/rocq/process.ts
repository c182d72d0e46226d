import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Running, Sandbox } from '../../../core/sandbox.ts'
import { Gone } from '../pool/gone.ts'
import { type CallOptions, days, keptBytes, ProverProcess } from '../pool/process.ts'
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

/** What was reported so far, and the answers to as many calls as were sent. */
interface Found {
  readonly feedback: Element[]
  readonly values: Element[]
  readonly wanted: number
}

/** How long an interrupted process has before it is killed. */
const graceSeconds = 2
/** What one call may have written: messages of a tactic that prints in a loop. */
const callBytes = 32 * 1024 ** 2
const startSeconds = 60

/** One `coqidetop`. Calls are answered in their order; what takes too long is interrupted, and may go on after it. */
export class CoqProcess extends ProverProcess<Found, readonly Element[]> {
  readonly #reader = new AnswerReader()
  #acknowledged: (() => void) | undefined
  #heard = ''

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
    super(sandbox, running, callBytes)
    this.listen()
  }

  /** Sends a call and waits for its answer. Throws `Gone`. An aborted call ends the process. */
  async call(text: string, options: CallOptions): Promise<Answer> {
    const [answer] = await this.calls([text], options)
    return answer as Answer
  }

  /** Sends calls at once, which saves turns, and waits for the answers of all; the time limit is for all together. */
  async calls(texts: readonly string[], options: CallOptions): Promise<readonly Answer[]> {
    let interrupted: Promise<void> | undefined
    let killer: NodeJS.Timeout | undefined
    const late = () => {
      interrupted = this.#interrupt()
      killer = setTimeout(
        () => this.fail('stuck', 'the prover did not stop when it was interrupted'),
        graceSeconds * 1000,
      )
    }
    const found: Found = { feedback: [], values: [], wanted: texts.length }
    const work = async () => {
      const values = await this.ask(frame(texts.join('')), found)
      if (interrupted) await this.#settle(interrupted)
      return values
    }
    try {
      const values = await this.limited(work, options, late)
      return values.map((value) => ({
        value,
        feedback: found.feedback,
        interrupted: interrupted !== undefined,
      }))
    } finally {
      clearTimeout(killer)
    }
  }

  /** Fulfils when the signal has been sent, or will never be. */
  #interrupt(): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      this.#acknowledged = resolve
    })
    void this.running.write(interruption)
    return Promise.race([sent, this.ended])
  }

  /** The signal may come after the answer; then the next call meets it, or the process ends: a call that does nothing. */
  async #settle(sent: Promise<void>): Promise<void> {
    await sent
    for (let attempt = 0; attempt < 3; attempt++) {
      const { value } = await this.call(about(), { seconds: startSeconds })
      if (value.attributes.val === 'good') return
    }
  }

  protected override take(chunk: Uint8Array): void {
    try {
      for (const answer of this.#reader.push(chunk)) this.#answer(answer)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.fail('output', error.message)
    }
  }

  protected override hear(chunk: Uint8Array): void {
    this.#heard = (this.#heard + Buffer.from(chunk).toString('latin1')).slice(-256)
    if (!this.#heard.includes(interrupted)) return
    this.#heard = ''
    this.#acknowledged?.()
    this.#acknowledged = undefined
  }

  #answer(answer: Element): void {
    const { waiting } = this
    if (answer.tag !== 'value') {
      if (isMessage(answer)) waiting?.found.feedback.push(answer)
      return
    }
    if (!waiting) return
    waiting.found.values.push(answer)
    if (waiting.found.values.length < waiting.found.wanted) return
    this.waiting = undefined
    waiting.resolve(waiting.found.values)
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
