import type { TaskParts } from '../../core/domain.ts'
import { UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet, textOf } from '../../core/files.ts'
import type { Submission } from '../../core/submission.ts'
import { declaredUnits, instancesOf, moduleRange, portsOf, renameModules } from './modules.ts'
import { blockNames, isConnection, pathStarts } from './scopes.ts'
import { type Lexed, tokenize } from './tokens.ts'

/** The file that the agent hands in, and the module in it. */
export const answerPath = 'TopModule.sv'
export const topModule = 'TopModule'
export const referenceModule = 'RefModule'
export const testbenchModule = 'tb'

/**
 * All that only the judge may see. A testbench that compares is VerilogEval's kind: module `tb` compares an instance
 * of `RefModule` with one of `TopModule`, counts in `stats1.errors` and `stats1.clocks`, and ends the simulation. One
 * that prints is RTLLM's kind: module `tb` knows by itself what an instance of `TopModule` should answer and prints
 * a line where the design passes.
 */
export interface HardwareKey {
  /** What the testbench does; `compares` where absent. */
  readonly kind?: 'compares' | 'prints'
  /** The module that the agent is asked for, where that is not `TopModule`. The judge calls it `TopModule`. */
  readonly module?: string
  /** Files that the testbench reads, by the names that it has for them. */
  readonly data?: FileSet
  /** True where the stimuli depend on what the design answers, so that they cannot be compared with the oracle's. */
  readonly reacts?: boolean
  /** True where a testbench that prints sets parameters of the design. */
  readonly parameterised?: boolean
  readonly reference: string
  readonly testbench: string
  /** What the oracle submits; where absent, the reference under the name that the agent is asked for. */
  readonly solution?: string
  /** Wall time of the simulation, in seconds. The official protocol has 30. */
  readonly simulationSeconds: number
  /** Processor time for one search for a proof, in seconds. */
  readonly proofSeconds?: number
  /** What is known not to be checked by this key; goes to `Verdict.unchecked`. */
  readonly notes: readonly string[]
}

/** What is read off a key once, for all judgements with it. */
export interface KeyFacts {
  /** The module that the agent is asked for. */
  readonly module: string
  readonly testbench: Lexed
  readonly reference: Lexed
  /** Modules, packages and other units of testbench and reference: names that no design may use. */
  readonly units: ReadonlySet<string>
  /** Every name in the testbench. */
  readonly names: ReadonlySet<string>
  /**
   * Scopes of the testbench (tasks, functions, named blocks, instances) and all that its own paths start with.
   * Icarus looks for such a name in the scopes around a design before it looks outside modules.
   */
  readonly scopes: ReadonlySet<string>
}

const known = new WeakMap<HardwareKey, KeyFacts>()

export function factsOf(key: HardwareKey): KeyFacts {
  const facts = known.get(key) ?? readFacts(key)
  known.set(key, facts)
  return facts
}

function readFacts(key: HardwareKey): KeyFacts {
  const testbench = tokenize(key.testbench)
  const reference = tokenize(key.reference)
  const units = new Set([testbenchModule, referenceModule])
  for (const { tokens } of [testbench, reference]) {
    for (const { text } of declaredUnits(tokens)) units.add(text)
  }
  units.delete(topModule)
  const names = new Set(testbench.tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])))
  const scopes = scopesOf(testbench, reference, units)
  return { module: moduleOf(key), testbench, reference, units, names, scopes }
}

function scopesOf(testbench: Lexed, reference: Lexed, units: ReadonlySet<string>): Set<string> {
  const scopes = new Set([...units, topModule].flatMap((unit) => instancesOf(testbench.tokens, unit)))
  for (const { name } of blockNames(testbench.tokens)) scopes.add(name)
  for (const index of pathStarts(testbench.tokens)) scopes.add(testbench.tokens[index]!.text)
  // Ports keep their names, since designs have them too; macros are not part of any scope.
  for (const name of portsOf(reference.tokens, referenceModule)?.keys() ?? []) scopes.delete(name)
  for (const { tokens } of [testbench, reference])
    tokens.forEach(({ text }, index) => {
      const named = /^`(?:define|undef|ifn?def|elsif)$/.test(tokens[index - 1]?.text ?? '')
      if (named || isConnection(tokens, index)) scopes.delete(text)
    })
  for (const unit of [...units, topModule]) scopes.delete(unit)
  return scopes
}

/** The module that the agent is asked for. */
export function moduleOf(key: HardwareKey): string {
  return key.module ?? topModule
}

/** The key of a task directory: `tests/ref.sv`, `tests/test.sv`, `solution/TopModule.sv`. Throws `UsageError`. */
export function readKey(parts: TaskParts): HardwareKey {
  const reference = required(parts, 'ref.sv', referenceModule)
  const testbench = required(parts, 'test.sv', testbenchModule)
  const solution = textOf(parts.solution, answerPath)
  const seconds = secondsIn(parts, 'simulation_seconds') ?? 30
  const proofSeconds = secondsIn(parts, 'proof_seconds')
  return {
    reference,
    testbench,
    ...(solution === undefined ? {} : { solution }),
    simulationSeconds: seconds,
    ...(proofSeconds !== undefined && { proofSeconds }),
    notes: [],
  }
}

function secondsIn({ settings }: TaskParts, name: string): number | undefined {
  const value = settings[name]
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= 600)) return value
  throw new UsageError(
    'bad-task',
    `[key] ${name} is ${JSON.stringify(value)}; use a number of seconds from 0 to 600`,
  )
}

function required(parts: TaskParts, name: string, module: string): string {
  const text = textOf(parts.tests, name)
  if (text === undefined)
    throw new UsageError('bad-task', `tests/${name} is missing; it must hold the module ${module}`)
  if (moduleRange(tokenize(text).tokens, module) === undefined)
    throw new UsageError('bad-task', `tests/${name} does not declare the module ${module}`)
  return text
}

/** The reference solution as a submission. */
export function oracleOf(key: HardwareKey): Submission {
  const text =
    key.solution ??
    renameModules(key.reference, factsOf(key).reference, new Map([[referenceModule, moduleOf(key)]]))
  return { kind: 'files', files: fileSet({ [answerPath]: text }) }
}
