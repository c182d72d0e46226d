import type { Attack } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import type { Submission } from '../../../core/submission.ts'
import { answerPaths, type Formal, type ProofsKey } from '../key.ts'
import type { ProverName } from '../prover.ts'

export type ProofsAttack = Attack<ProofsKey, Submission>

/** What the strongest attacker knows of a task. */
export interface Target extends Formal {
  readonly theorem: string
  /** The prelude, then a text, then the statement proved by `cheat`, a proof of `False` that the text makes. */
  fromFalse(before: string): string
  /** The prelude, then a text, then the statement with another keyword: `Axiom add_zero : …`. */
  stated(keyword: string, before?: string, after?: string): string
}

/** An attack on tasks for one prover; where the text is undefined, it does not apply. */
export function attack(
  prover: ProverName,
  name: string,
  description: string,
  expect: ProofsAttack['expect'],
  textOf: (target: Target) => string | undefined,
): ProofsAttack {
  return {
    name,
    description,
    expect,
    submission({ key }) {
      const formal = key.formal[prover]
      if (formal === undefined) return undefined
      const text = textOf(targetOf(key.theorem, formal, prover))
      if (text === undefined) return undefined
      // Sections and modules that are open at the theorem are the task's, and end behind what the attacker writes.
      const closing = formal.within === undefined ? '' : `\n${formal.within.closing}\n`
      return { kind: 'files', files: fileSet({ [answerPaths[prover]]: text + closing }) }
    },
  }
}

const byCheat: Readonly<Record<ProverName, string>> = {
  rocq: '\nProof.\n  refine (match cheat return _ with end).\nQed.\n',
  lean: ' := by\n  exact cheat.elim\n',
}

function targetOf(theorem: string, formal: Formal, prover: ProverName): Target {
  const { prelude, statement, solution, within } = formal
  return {
    ...formal,
    ...(solution !== undefined && within && { solution: withoutEnd(solution, within.closing) }),
    theorem,
    fromFalse: (before) => `${prelude}\n${before}\n${statement}${byCheat[prover]}`,
    stated: (keyword, before = '', after = '') =>
      `${prelude}\n${before}\n${statement.replace(/^\s*\w+/, keyword)}\n${after}`,
  }
}

function withoutEnd(text: string, end: string): string {
  const trimmed = text.trimEnd()
  return trimmed.endsWith(end) ? trimmed.slice(0, trimmed.length - end.length) : text
}
