import { randomBytes } from 'node:crypto'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import type { Running, Sandbox } from '../../../core/sandbox.ts'
import { Gone } from '../pool/gone.ts'
import { type CallOptions, days, keptBytes, ProverProcess } from '../pool/process.ts'
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

/** What one call may have written. */
const callBytes = 8 * 1024 ** 2
const printedMost = 1000
const startSeconds = 120
/** In what way it shows depends on moments, and is not told. */
const outOfStep = 'what it writes is no answer to what it was asked'
/** For the question whether it is in step. */
const echoSeconds = 60

/**
 * One Lean REPL. No call can be stopped but by killing it. A tactic runs in the same process and can print what
 * looks like a reply, so that every reply is followed by a question with a name in it that nobody could know before:
 * where anything else comes back, the two are out of step, and the process is gone. That finds mistakes and plain
 * forgeries. A tactic that takes over the whole process is not found, and gains nothing: the judge never asks this one.
 */
export class LeanProcess extends ProverProcess<string[], Answer> {
  readonly #reader = new ReplyReader()

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
    super(sandbox, running, callBytes)
    this.listen()
  }

  /** Sends a request and waits for its reply. Throws `Gone`. An aborted call ends the process. */
  async call(request: Request, options: CallOptions): Promise<Answer> {
    const answer = await this.#answerTo(written(request), options)
    await this.#echo(echoSeconds)
    return answer
  }

  /** Ends it since it says what cannot be. */
  confuse(): Gone {
    return this.fail('confused', outOfStep)
  }

  /** A file that is not there: the REPL says so with its name, and nothing else comes of it. */
  async #echo(seconds: number): Promise<void> {
    const name = `touchstone-${randomBytes(16).toString('hex')}.lean`
    const { reply } = await this.#answerTo(written({ path: name }), { seconds })
    if (reply.kind === 'error' && reply.value.message.includes(name)) return
    throw this.confuse()
  }

  #answerTo(text: string, options: CallOptions): Promise<Answer> {
    return this.limited(
      () => this.ask(text, []),
      options,
      () => this.fail('stuck', `the prover does not answer within ${options.seconds} s`),
    )
  }

  protected override take(chunk: Uint8Array): void {
    for (const piece of this.#reader.push(chunk)) {
      if (piece.kind === 'reply') this.#reply(piece.reply)
      else if (this.waiting && this.waiting.found.length < printedMost) this.waiting.found.push(piece.text)
    }
  }

  /** What Lean writes there is kept by the sandbox for the case that it does not start. */
  protected override hear(): void {}

  #reply(reply: Reply): void {
    const { waiting } = this
    this.waiting = undefined
    if (waiting) waiting.resolve({ reply, printed: waiting.found })
    else this.confuse()
  }
}
