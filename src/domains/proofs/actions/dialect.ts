import type { Sandbox } from '../../../core/sandbox.ts'
import { nameIn, type Posed } from '../brief.ts'
import { axiomsIn, theoremText } from '../lean/close.ts'
import { bareStatement, leanNameIn } from '../lean/statements.ts'
import { joined } from '../lean/text.ts'
import type { ProverName } from '../prover.ts'
import { type Compiled, compileRocq } from './compile.ts'
import { compileLean } from './compile-lean.ts'

/** What differs between the provers in what an agent does. */
export interface Dialect {
  readonly title: string
  /** How a lemma is written, for those who wrote something else. */
  readonly example: string
  nameIn(statement: string): string | undefined
  /** A statement as a proof is opened with it. */
  bare(statement: string): string
  /** Texts of a file in their order, as a file. */
  join(parts: readonly string[]): string
  /** A theorem with its proof. */
  prove(statement: string, script: readonly string[]): string
  compile(sandbox: Sandbox, text: string, posed: Posed | undefined, signal?: AbortSignal): Promise<Compiled>
  /** Whether what is said of a theorem is that it rests on nothing that every task would not allow. */
  isClean(theorem: string): boolean
  /** Automation, quick ones first. */
  readonly automation: readonly string[]
  /** Seconds for one of them: where a tactic cannot be stopped, stopping costs the process. */
  readonly hintSeconds: number
  /** A tactic that fails where it changes nothing, where the prover has that. */
  progress(tactic: string): string
  /** Whether an error says that there is no such tactic here. */
  isMissing(message: string): boolean
}

const rocq: Dialect = {
  title: 'Rocq',
  example: 'Lemma name : proposition.',
  nameIn,
  bare: (statement) => statement.trim(),
  join: (parts) => nonEmpty(parts).join('\n\n'),
  prove(statement, script) {
    const lines = /^Proof\b/.test(script[0] ?? '') ? script : ['Proof.', ...script]
    return [statement, ...lines.map((line, at) => (at === 0 ? line : `  ${line}`)), 'Qed.'].join('\n')
  },
  compile: compileRocq,
  isClean: (theorem) => theorem.includes('Closed under the global context'),
  automation: ['auto', 'lia', 'congruence', 'eauto', 'intuition', 'firstorder', 'sauto'],
  hintSeconds: 2,
  progress: (tactic) => `progress (${tactic}).`,
  isMissing: (message) => /reference \S+ was not found|is not a tactic known/.test(message),
}

const usualAxioms = new Set(['propext', 'Classical.choice', 'Quot.sound'])

const lean: Dialect = {
  title: 'Lean',
  example: 'theorem name : proposition',
  nameIn: leanNameIn,
  bare: bareStatement,
  join: joined,
  prove: (statement, script) => theoremText({ statement, script }),
  compile: compileLean,
  isClean: (theorem) => axiomsIn(theorem)?.every((name) => usualAxioms.has(name)) ?? false,
  automation: [
    'rfl',
    'decide',
    'simp',
    'simp_all',
    'omega',
    'norm_num',
    'linarith',
    'nlinarith',
    'aesop',
    'exact?',
  ],
  hintSeconds: 10,
  progress: (tactic) => tactic,
  isMissing: (message) => /^unknown tactic\b/.test(message),
}

export const dialects: Readonly<Record<ProverName, Dialect>> = { rocq, lean }

function nonEmpty(parts: readonly string[]): string[] {
  return parts.filter((part) => part !== '')
}
