import type { Agent, Means } from './agent.ts'
import type { Environment } from './environment.ts'
import type { FileSet } from './files.ts'
import type { Pod, Sandbox, SandboxSpec } from './sandbox.ts'
import type { Submission } from './submission.ts'
import type { AnswerSpec, Scene, Settings, Suite, Task } from './task.ts'
import type { Evidence, Verdict } from './verdict.ts'

/** Where a domain gets its sandboxes. The lab closes what its user forgot when the trial or judgement ends. */
export interface Lab {
  open(spec: SandboxSpec): Promise<Sandbox>
  pod(name: string): Promise<Pod>
  /** Seeds every random choice; derived from the trial's identity. */
  readonly seed: string
  readonly signal: AbortSignal
}

/**
 * What only this trial's environment and judge may know: the flag that is planted in a service. Drawn at random, not from
 * a seed: who knows the run's seed must not know them. The journal records them.
 */
export type EnvironmentSecrets = Readonly<Record<string, string>>

/**
 * What somebody with the key does in an environment, where an answer cannot be written down beforehand: a solver that
 * takes a flag that was made for this trial, an attack that reaches for what it must not have. Returns what it would hand
 * in. Throws what `act` throws.
 */
export type Conduct = (
  environment: Environment,
  means: Pick<Means, 'signal' | 'consult' | 'say'>,
) => Promise<Submission>

/** A known way to cheat a judge. Every judge ships with its attacks and refuses them. */
export interface Attack<Key = unknown, Play = Submission | Conduct> {
  readonly name: string
  /** What it does and why it would fool a naive judge. */
  readonly description: string
  /** A judge may refuse by rejecting, or because the cheat simply does not work: never by solving. */
  readonly expect: 'rejected' | 'not-solved'
  /**
   * The submission or what is to be done for one, or undefined where the attack does not apply to the task. May use the
   * key: the strongest attacker.
   */
  submission(task: Task<Key>): Play | undefined
}

/** A variant of the oracle's answer with one small change, made to measure what a judge notices. */
export interface Mutant {
  /** Its kind and a number, unique for the task: `operator-3`. A file name. */
  readonly name: string
  readonly kind: string
  /** What was changed, where: `line 12: + became -`. */
  readonly description: string
  readonly submission: Submission
}

/** What became of a mutant. */
export interface MutantReport {
  /** Whether the judge's ordinary check (a testbench, a set of inputs) saw it; `invalid` where it is no answer at all. */
  readonly ordinary: 'killed' | 'survived' | 'invalid'
  /** What a proof says of it; `unknown` where it came to no end, with the reason. */
  readonly proof: 'refuted' | 'benign' | 'unknown'
  readonly reason: string
  /** For those that survive and are refuted: what lets somebody see the difference. */
  readonly evidence: readonly Evidence[]
}

/** How an audit measures what a domain's judges notice. */
export interface Mutation<Key = unknown> {
  /** At most `count` mutants, spread over the kinds; the same for the same task, count and seed. */
  mutantsOf(task: Task<Key>, count: number, seed: string): readonly Mutant[]
  /** Both checks on one mutant, the proof also where the ordinary check has killed it. Throws what `judge` throws. */
  examine(task: Task<Key>, mutant: Mutant, lab: Lab): Promise<MutantReport>
}

/** Something odd about a task itself: an answer can be right, and do less than one would think. */
export interface Lint {
  /** For counting: `constant-output`. */
  readonly kind: string
  /** In words for a person. */
  readonly message: string
}

/** `Tool.onlyFor` of programs that only agents call: `doctor` lists them, and no run waits to hear their versions. */
export const forAgents = 'agents that want it'

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
  /** What cannot be done without it; absent where nothing can be judged without it. */
  readonly onlyFor?: string
}

export interface LoadOptions {
  /** Apply the suite's known corrections. */
  readonly errata: boolean
  /** A loader's own variant, such as `code-complete`. */
  readonly variant?: string
  /** Judge as the publishers do; see `Task.protocol`. `openSuite` sees to it, not the loaders. */
  readonly protocol?: 'official'
  /** See `Task.figures`; `openSuite` sees to it too. */
  readonly figures?: boolean
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
  /** `environment/`: what the agent starts with, as the task has it. */
  readonly environment: FileSet
  /** The `[key]` table of `task.toml`. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The `[brief]` table, which the agent sees too. */
  readonly brief: Settings
  /** What kind of answer the task asks for. */
  readonly answer: AnswerSpec
}

/** Judges one submission to a task after another, with what does not depend on them started only once. */
export interface Sitting extends AsyncDisposable {
  /** As `Domain.judge`; what only this judgement needs is opened in the lab. */
  judge(submission: Submission, lab: Lab): Promise<Verdict>
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
  /** New secrets for one trial, drawn at random; none by default. */
  secrets?(task: Task<Key>): EnvironmentSecrets
  open(scene: Scene, secrets: EnvironmentSecrets, lab: Lab): Promise<Environment>
  /**
   * Decides in fresh sandboxes, on nothing but the key and the submission. Throws `InfrastructureError` where it
   * cannot run its checker; it never guesses. `secrets` are those of the trial that the submission comes from.
   */
  judge(task: Task<Key>, submission: Submission, lab: Lab, secrets: EnvironmentSecrets): Promise<Verdict>
  /**
   * Present where much of a judgement is the same for all submissions: audits, which judge a hundred to one task, take less
   * time by it. The verdicts are those of `judge`. `lab` has to be open until it is disposed of.
   */
  sit?(task: Task<Key>, lab: Lab): Promise<Sitting>
  oracle?(task: Task<Key>): Submission | Conduct | undefined
  readonly attacks: readonly Attack<Key>[]
  /** Looks a task over, whoever answers it. Throws what `judge` throws. */
  lint?(task: Task<Key>, lab: Lab): Promise<readonly Lint[]>
  /** Present where wrong answers can be made from right ones. */
  readonly mutation?: Mutation<Key>
  /** Solves some tasks from the brief alone, without a model. */
  readonly baseline?: Agent
}
