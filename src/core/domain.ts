import type { Agent } from './agent.ts'
import type { Environment } from './environment.ts'
import type { FileSet } from './files.ts'
import type { Pod, Sandbox, SandboxSpec } from './sandbox.ts'
import type { Submission } from './submission.ts'
import type { Brief, Suite, Task } from './task.ts'
import type { Verdict } from './verdict.ts'

/** Where a domain gets its sandboxes. The lab closes what its user forgot when the trial or judgement ends. */
export interface Lab {
  open(spec: SandboxSpec): Promise<Sandbox>
  pod(name: string): Promise<Pod>
  /** Seeds every random choice; derived from the trial's identity. */
  readonly seed: string
  readonly signal: AbortSignal
}

/** What only this trial's environment may know, made fresh from the key: the flag to plant in a service. */
export type EnvironmentSecrets = Readonly<Record<string, string>>

/** A known way to cheat a judge. Every judge ships with its attacks and refuses them. */
export interface Attack<Key = unknown> {
  readonly name: string
  /** What it does and why it would fool a naive judge. */
  readonly description: string
  /** A judge may refuse by rejecting, or because the cheat simply does not work: never by solving. */
  readonly expect: 'rejected' | 'not-solved'
  /** The submission, or undefined where the attack does not apply to the task. May use the key: the strongest attacker. */
  submission(task: Task<Key>): Submission | undefined
}

/** An external program that a domain calls. */
export interface Tool {
  readonly name: string
  /** Debian package that has it. */
  readonly apt: string
  /** Prints the version, on stdout or stderr. */
  readonly versionArgv: readonly string[]
  /** Captures the version number from that output. */
  readonly versionPattern: RegExp
  readonly minimum?: string
}

export interface LoadOptions {
  /** Apply the suite's known corrections. */
  readonly errata: boolean
  /** A loader's own variant, such as `code-complete`. */
  readonly variant?: string
}

/** Reads a benchmark's own layout from a directory, without conversion. */
export interface SuiteLoader {
  /** The name in `name=DIRECTORY` on the command line. */
  readonly name: string
  /** Throws `UsageError` where the directory is not such a benchmark. */
  load(directory: string, options: LoadOptions): Promise<Suite>
}

/** What stands in a task directory besides `task.toml`, for the domain to read its key from. */
export interface TaskParts {
  /** `tests/`: the key's files. */
  readonly tests: FileSet
  /** `solution/`: what the oracle submits. */
  readonly solution: FileSet
  /** The `[key]` table of `task.toml`. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** The part of the world that judges. */
export interface Domain<Key = unknown> {
  readonly name: string
  /** One line for tables: "Icarus Verilog simulation against a testbench". */
  readonly judgedBy: string
  readonly tools: readonly Tool[]
  readonly loaders: readonly SuiteLoader[]
  /** The key of a task in Touchstone's own directory form. Throws `UsageError` naming what is missing. */
  readKey(parts: TaskParts): Key
  /** Secrets to be made for one trial; none by default. */
  secrets?(task: Task<Key>, seed: string): EnvironmentSecrets
  open(brief: Brief, secrets: EnvironmentSecrets, lab: Lab): Promise<Environment>
  /**
   * Decides in fresh sandboxes, on nothing but the key and the submission. Throws `InfrastructureError` where it
   * cannot run its checker; it never guesses.
   */
  judge(task: Task<Key>, submission: Submission, lab: Lab): Promise<Verdict>
  oracle?(task: Task<Key>): Submission | undefined
  readonly attacks: readonly Attack<Key>[]
  /** Solves some tasks from the brief alone, without a model. */
  readonly baseline?: Agent
}
