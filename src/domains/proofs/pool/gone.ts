/**
 * Why a prover's process is gone: it ended by itself or was killed, met a limit of its sandbox, wrote too much, did not
 * stop, or what it wrote was no answer to what it was asked.
 */
export type GoneReason = 'died' | 'memory' | 'output' | 'stuck' | 'aborted' | 'confused'

/** The process is gone, and all that it knew. */
export class Gone extends Error {
  override readonly name = 'Gone'
  readonly reason: GoneReason

  constructor(reason: GoneReason, message: string) {
    super(message)
    this.reason = reason
  }
}
