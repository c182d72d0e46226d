import type { Gone, GoneReason } from '../gone.ts'
import type { Refusal } from '../process.ts'

export type FaultReason =
  | 'no-answer'
  | 'does-not-compile'
  | 'does-not-load'
  | 'wrong'
  | 'crashed'
  | 'time'
  | 'memory'
  | 'library'
  | 'mutates-inputs'
  | 'impossible'
  | 'works-between'

/** What is wrong with an answer, found while it is tried. Thrown by what tries it, and made a verdict by the judge. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly reason: FaultReason
  /** A compiler's output, a traceback: for a finding of its own and the evidence. */
  readonly log: string

  constructor(reason: FaultReason, message: string, log = '') {
    super(message)
    this.reason = reason
    this.log = log
  }
}

const ends: Readonly<Record<GoneReason, FaultReason>> = {
  died: 'crashed',
  confused: 'crashed',
  output: 'crashed',
  memory: 'memory',
  disk: 'memory',
  processes: 'memory',
  cpu: 'time',
  time: 'time',
}

/** A candidate's process that is gone while it did something. */
export function faultOfEnd(gone: Gone, doing: string): Fault {
  return new Fault(ends[gone.reason], `${doing}: ${gone.message}`, gone.said)
}

/** A candidate's process that says that it cannot do something. */
export function faultOfRefusal({ kind, message, trace }: Refusal, doing: string, reason: FaultReason): Fault {
  if (kind === 'compile') return new Fault('does-not-compile', 'the compiler refuses the source', message)
  if (kind === 'place') return new Fault('wrong', message)
  return new Fault(reason, `${doing}: ${message}`, trace)
}
