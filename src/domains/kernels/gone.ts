/**
 * Why a process is gone: it ended by itself or was killed, met a limit of its sandbox, did not answer in time, or what
 * it wrote was no answer to what it was asked.
 */
export type GoneReason = 'died' | 'memory' | 'cpu' | 'output' | 'disk' | 'processes' | 'time' | 'confused'

/** The process is gone, and all that was in it. Whose fault that is depends on whose code ran there. */
export class Gone extends Error {
  override readonly name = 'Gone'
  readonly reason: GoneReason
  /** The end of what it wrote to standard error. */
  readonly said: string

  constructor(reason: GoneReason, message: string, said = '') {
    super(message)
    this.reason = reason
    this.said = said
  }
}
