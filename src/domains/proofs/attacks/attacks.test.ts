import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOf } from '../../../core/files.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import type { Task } from '../../../core/task.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { prepare } from '../judge/rocq/prepare.ts'
import { addZero, judgeIn, taskOf } from '../judge/testing.ts'
import type { ProofsKey } from '../key.ts'
import { rocqVariables } from '../rocq/variables.ts'
import { attacks } from './index.ts'
import { lean } from './lean.ts'

const hasRocq = ['coqc', 'coqchk'].every((name) => spawnSync(name, ['--version']).status === 0)

/** That each attack fools somebody is tried for every fourth of them, and for all in `npm run check:long`. */
const long = process.env.TOUCHSTONE_LONG !== undefined

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const statement = 'Theorem mul_zero : forall n : nat, n * 0 = 0.'
const mulZero = taskOf('mul_zero', {
  statement,
  solution: `${statement}\nProof. induction n; simpl; auto. Qed.\n`,
})

/** Judges that believe too much. */
const naive = ['compiles', 'text', 'output', 'arguments'] as const
type Naive = (typeof naive)[number]

/**
 * `compiles`: the file compiles and has something of the name; `text`: it compiles, and the statement stands in it with no
 * word of an axiom; `output`: it compiles and prints that it is closed; `arguments`: it compiles as its first line asks.
 */
async function fooled(task: Task<ProofsKey>, text: string): Promise<Set<Naive>> {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  const { rocq } = task.key.formal
  const { context } = await prepare(task.key, rocq!, lab)
  await using sandbox = await lab.open({ name: 'naive', files: context })
  const use = `Require Answer.\nAbout Answer.${task.key.theorem}.\n`
  await sandbox.write(
    new Map([
      ['Answer.v', Buffer.from(text)],
      ['Use.v', Buffer.from(use)],
    ]),
  )
  const coqc = async (...argv: string[]) =>
    await sandbox.exec(['coqc', '-q', '-Q', '.', '', ...argv], { env: rocqVariables })
  const asked = text.includes('coq-prog-args: ("-type-in-type")') ? ['-type-in-type'] : []
  const plain = await coqc('Answer.v')
  const found = new Set<Naive>()
  if (plain.exitCode === 0) {
    if ((await coqc('Use.v')).exitCode === 0) found.add('compiles')
    if (text.includes(rocq!.statement) && !/\b(?:Axiom|Admitted|admit)\b/.test(text)) found.add('text')
    if (/^Closed under the global context$/m.test(new TextDecoder().decode(plain.stdout))) found.add('output')
  } else if (asked.length > 0 && (await coqc(...asked, 'Answer.v')).exitCode === 0) found.add('arguments')
  return found
}

/** Attacks that fool a judge which goes by something else than the name. */
const special: Readonly<Record<string, Naive>> = {
  'prints-closed': 'output',
  'type-in-type-for-editors': 'arguments',
  'failing-statement': 'text',
}

// Those on Lean apply to nothing where there is no Lean, and were never played (docs/proofs.md).
const applied = attacks.flatMap((attack) => {
  const task = [mulZero, addZero].find((each) => attack.submission(each) !== undefined)
  return task ? [{ ...attack, task }] : []
})

describe.skipIf(!hasRocq)('each attack (coqc and coqchk are installed)', { timeout: 60_000 }, () => {
  for (const [index, { name, expect: expected, submission, task }] of applied.entries()) {
    it(name, async () => {
      const played = submission(task)!
      const verdict = await judgeIn(backend, task, played)
      expect(verdict.outcome, JSON.stringify(verdict.findings)).not.toBe('solved')
      if (expected === 'rejected') expect(verdict.outcome).toBe('rejected')
      const text = played.kind === 'files' ? textOf(played.files, 'Answer.v') : undefined
      if (text !== undefined && (long || index % 4 === 0))
        expect(await fooled(task, text)).toContain(special[name] ?? 'compiles')
    })
  }
})

describe('the list', () => {
  it('has at least 24 attacks for Rocq, under names of their own', () => {
    const played = attacks.filter((each) => each.submission(mulZero) !== undefined)
    expect(played.length).toBeGreaterThanOrEqual(24)
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
    expect(lean.length).toBeGreaterThanOrEqual(8)
  })
})
