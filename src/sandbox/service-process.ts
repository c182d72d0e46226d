import { setTimeout as sleep } from 'node:timers/promises'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import type { Finished, Running, Sandbox } from '../core/sandbox.ts'
import type { Service } from '../core/service.ts'

/** Of a service's output, what is kept for whoever asks why it does not work, in bytes. */
const keptBytes = 4096
/** A service that ends is started again so often, with a pause that grows where it goes on ending at once, in seconds. */
const mostStarts = 100
const [shortestPause, longestPause] = [0.2, 2]
/** Ends this often before it ever ran for a second: it will not come up. */
const hopeless = 5

/** One service's program, kept running until it is stopped. */
export class ServiceProcess {
  readonly service: Service
  /** How it ended the last time, in words, once it is given up. */
  ended: string | undefined
  /** How it ended the last time, in words, and how often it has ended so far. */
  lastEnd: string | undefined
  ends = 0
  /** What of the machine failed, where the last end was not the program's own. */
  failure: InfrastructureError | undefined
  /** Resolves once it is given up. */
  readonly gone: Promise<void>
  readonly #sandbox: Sandbox
  readonly #seconds: number
  readonly #patience: number
  #log = Buffer.alloc(0)
  #running: Running | undefined
  #stopped = false

  /**
   * `seconds`: how long the trial may last. `patience`: for how many seconds it may end at once without being given up,
   * where it may be waiting for another service to come up.
   */
  constructor(sandbox: Sandbox, service: Service, times: { seconds: number; patience: number }) {
    this.#sandbox = sandbox
    this.service = service
    this.#seconds = times.seconds
    this.#patience = times.patience
    this.gone = this.#keep()
  }

  stop(): void {
    this.#stopped = true
    this.#running?.kill()
  }

  /** The end of what it printed. */
  log(): string {
    return this.#log.toString('utf8').trim()
  }

  async #keep(): Promise<void> {
    let early = 0
    const begunAt = performance.now()
    for (let starts = 0; starts < mostStarts && !this.#stopped; starts++) {
      const pause = Math.min(longestPause, shortestPause * 2 ** Math.max(0, early - hopeless))
      if (starts > 0) await sleep(pause * 1000, undefined, { ref: false })
      if (this.#stopped) return
      const startedAt = performance.now()
      this.ended = await this.#once()
      this.lastEnd = this.ended
      this.ends++
      early = performance.now() - startedAt < 1000 ? early + 1 : 0
      const late = performance.now() - begunAt > this.#patience * 1000
      if (early === starts + 1 && early >= hopeless && late) return
      this.ended = undefined
    }
    this.ended ??= `it was started ${mostStarts} times`
  }

  async #once(): Promise<string> {
    this.failure = undefined
    try {
      const timeoutSeconds = this.#seconds + 3600
      this.#running = await this.#sandbox.start(this.service.command, {
        timeoutSeconds,
        outputBytes: keptBytes,
      })
      if (this.#stopped) this.#running.kill()
      const { stdout, stderr, finished } = this.#running
      await Promise.all([this.#hear(stdout), this.#hear(stderr)])
      return endOf(await finished)
    } catch (thrown) {
      if (thrown instanceof InfrastructureError) this.failure = thrown
      return messageOf(thrown)
    }
  }

  async #hear(output: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of output) {
      this.#log = Buffer.concat([this.#log, chunk]).subarray(-keptBytes)
    }
  }
}

function endOf({ exitCode, signal, limit }: Finished): string {
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`
  return limit ? `${how}, at the ${limit} limit` : how
}
