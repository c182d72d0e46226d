import { type Deed, perform } from '../../core/actions.ts'
import type { Lab } from '../../core/domain.ts'
import type { ActionTable, Environment, Observation, Rating } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { textOf } from '../../core/files.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Brief, Scene } from '../../core/task.ts'
import { checkDeed } from './actions/check.ts'
import { compileRocq } from './actions/compile.ts'
import { Desk } from './actions/desk.ts'
import { fileDeeds } from './actions/files.ts'
import { hintDeed } from './actions/hint.ts'
import { proofDeeds } from './actions/proof.ts'
import { searchDeed } from './actions/search.ts'
import { type Posed, posedIn } from './brief.ts'
import { answerPaths } from './key.ts'
import { rocq } from './rocq/index.ts'
import { rocqVariables } from './rocq/variables.ts'

/**
 * Opens a task for an agent: a sandbox with the brief's files, and a prover in sandboxes of its own from the same lab,
 * which starts with the first proof that is opened. What is proved is read from the brief's own files.
 */
export async function open({ brief }: Pick<Scene, 'brief'>, lab: Lab): Promise<Environment> {
  const sandbox = await lab.open({
    name: 'proofs',
    files: brief.files,
    limits: brief.limits.sandbox,
    env: rocqVariables,
  })
  return new ProofsEnvironment(brief, sandbox, lab)
}

class ProofsEnvironment implements Environment {
  readonly brief: Brief
  readonly actions: ActionTable
  readonly #sandbox: Sandbox
  readonly #posed: Posed | undefined
  readonly #desk: Desk
  readonly #deeds: Readonly<Record<string, Deed>>

  constructor(brief: Brief, sandbox: Sandbox, lab: Lab) {
    this.brief = brief
    this.#sandbox = sandbox
    this.#posed = posedIn(brief)
    // One theorem and one agent: a second process would wait most of its life.
    this.#desk = new Desk(this.#posed, () => rocq(lab, { processes: 1 }))
    this.#deeds = {
      ...proofDeeds(this.#desk, sandbox),
      search: searchDeed(this.#desk),
      hint: hintDeed(this.#desk),
      check: checkDeed(sandbox, this.#posed),
      ...fileDeeds(sandbox),
    }
    this.actions = this.#deeds
  }

  async act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation> {
    return await perform(this.#deeds, name, input, signal)
  }

  async place(submission: Submission): Promise<void> {
    if (submission.kind !== 'files')
      throw new UsageError('wrong-answer-kind', `a proof is the file ${answerPaths.rocq}, not a text`)
    await this.#sandbox.write(submission.files)
  }

  async collect(): Promise<Submission> {
    const files = new Map<string, Uint8Array>()
    if (this.brief.answer.kind === 'files') {
      for (const path of this.brief.answer.paths) {
        const bytes = await this.#sandbox.read(path)
        if (bytes !== undefined) files.set(path, bytes)
      }
    }
    return { kind: 'files', files }
  }

  /** How far a candidate compiles: 1 for a theorem that rests on nothing, less for one with axioms, least for none. */
  async rate(candidate: Submission, signal?: AbortSignal): Promise<Rating> {
    const text = candidate.kind === 'files' ? textOf(candidate.files, answerPaths.rocq) : undefined
    if (text === undefined) return { score: 0, why: `there is no ${answerPaths.rocq}` }
    const { ok, remarks, theorem = '' } = await compileRocq(this.#sandbox, text, this.#posed, signal)
    if (ok && theorem.includes('Closed under the global context')) return { score: 1, why: 'it compiles' }
    if (ok) return { score: 0.6, why: `it compiles; ${theorem}` }
    const error = remarks.find(({ kind }) => kind === 'error')
    const reached = error ? error.line / text.split('\n').length : 0
    return { score: reached / 2, why: error ? `line ${error.line}: ${error.message}` : 'it does not compile' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#desk[Symbol.asyncDispose]()
    await this.#sandbox[Symbol.asyncDispose]()
  }
}
