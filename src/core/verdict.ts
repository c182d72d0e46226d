/**
 * `solved`, `unsolved`, or `rejected`: it broke the rules. A judge that cannot run its checker returns none of
 * these; it throws `InfrastructureError`, and the trial is void.
 */
export type Outcome = 'solved' | 'unsolved' | 'rejected'

export interface Metric {
  readonly name: string
  readonly value: number
  /** SI or a plain noun: `s`, `bytes`, `samples`, `1` for a ratio. */
  readonly unit: string
  /** Read from a clock: judging the same answer again gives another value. */
  readonly clocked?: boolean
  /**
   * For a measurement of something that is known, such as the speed of the same code relative to itself: the ends of the
   * range where it should lie. Audits count how often it does.
   */
  readonly control?: readonly [low: number, high: number]
}

/** One thing that the judge has to say, in words for whoever wrote the submission. */
export interface Finding {
  /** Stable and short, for programs and for grouping: `mismatch`, `syntax`, `names-testbench`. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  /** Where in the submission: `TopModule.sv:12`. */
  readonly at?: string
}

/** A file that lets somebody else check the verdict: a log, a waveform, a counterexample. */
export interface Evidence {
  readonly name: string
  readonly mediaType: string
  readonly content: Uint8Array
}

/** What reality said of one submission. The same task and submission give the same verdict, but for what is `clocked`. */
export interface Verdict {
  readonly outcome: Outcome
  /** In [0, 1]; 1 for solved, 0 for rejected. */
  readonly score: number
  /** The class of the outcome, one of the judge's own short list: `pass`, `syntax`, `timeout`, `mismatch`. */
  readonly reason: string
  readonly metrics: readonly Metric[]
  readonly findings: readonly Finding[]
  readonly evidence: readonly Evidence[]
  /** What this verdict does not say: "equivalence beyond the testbench's 200 samples". */
  readonly unchecked: readonly string[]
  readonly judge: { readonly name: string; readonly version: string }
  /** Versions of the programs that decided, by name. */
  readonly tools: Readonly<Record<string, string>>
}
