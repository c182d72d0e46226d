/** Exit codes of the command line: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 infrastructure. */
export type ExitCode = 0 | 1 | 2 | 3

/**
 * An error that a person is meant to read: what happened, to what, and what to do next.
 * `code` is stable and may be matched by programs; the message may change.
 */
export class TouchstoneError extends Error {
  readonly code: string
  readonly exitCode: ExitCode

  constructor(code: string, message: string, exitCode: ExitCode, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.exitCode = exitCode
  }
}

/** The request itself is wrong: a missing suite, a broken task file, an option that makes no sense. Never retried. */
export class UsageError extends TouchstoneError {
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(code, message, 2, options)
  }
}

/**
 * The world around the trial failed: a tool is missing, a provider is down, a disk is full.
 * Thrown inside a trial it makes the trial void. `retryable` is false where trying again cannot help
 * (a missing program), so that a run does not wait for backoff in vain.
 */
export class InfrastructureError extends TouchstoneError {
  readonly retryable: boolean

  constructor(code: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(code, message, 3, options)
    this.retryable = options.retryable ?? true
  }
}

/** The limits that can end a trial. `sandbox` ones are memory, processes, cpu, disk and output. */
export type LimitName =
  | 'wall'
  | 'turns'
  | 'consultations'
  | 'tokens'
  | 'cost'
  | 'memory'
  | 'processes'
  | 'cpu'
  | 'disk'
  | 'output'

/** A limit of the trial was reached. It ends the trial with that reason and is not a failure of infrastructure. */
export class LimitReached extends Error {
  readonly limit: LimitName

  constructor(limit: LimitName, message: string) {
    super(message)
    this.name = 'LimitReached'
    this.limit = limit
  }
}

/** One line for a person from anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
