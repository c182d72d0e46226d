import { type Deed, perform } from '../../core/actions.ts'
import type { Lab } from '../../core/domain.ts'
import type { ActionTable, Environment, Observation, Rating } from '../../core/environment.ts'
import { InfrastructureError, messageOf, UsageError } from '../../core/errors.ts'
import { textOf } from '../../core/files.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Brief, Scene } from '../../core/task.ts'
import { checkDeed } from './actions/check.ts'
import { Desk, type Supply } from './actions/desk.ts'
import { dialects } from './actions/dialect.ts'
import { fileDeeds } from './actions/files.ts'
import { hintDeed } from './actions/hint.ts'
import { proofDeeds } from './actions/proof.ts'
import { searchDeed } from './actions/search.ts'
import { isThere } from './actions/workbench.ts'
import { type PosedByProver, posedIn } from './brief.ts'
import { answerPaths } from './key.ts'
import { compilerPlace, findLean, type LeanHere, placeOf } from './lean/find.ts'
import { lean } from './lean/index.ts'
import { type ProverName, proverNames } from './prover.ts'
import { rocq } from './rocq/index.ts'
import { rocqVariables } from './rocq/variables.ts'

/**
 * Opens a task for an agent: a sandbox with the brief's files, and a prover in sandboxes of its own from the same lab,
 * which starts with the first proof that is opened. What is proved is read from the brief's own files.
 */
export async function open({ brief }: Pick<Scene, 'brief'>, lab: Lab): Promise<Environment> {
  const posed = posedIn(brief)
  const here = await leanHere()
  // As the judge's sandboxes have it. A task without Lean has no use for a toolchain.
  const compiler = posed.lean && 'toolchain' in here ? compilerPlace(here) : undefined
  const sandbox = await lab.open({
    name: 'proofs',
    files: brief.files,
    limits: brief.limits.sandbox,
    env: { ...rocqVariables, ...compiler?.env },
    ...(compiler && { mounts: compiler.mounts }),
  })
  return new ProofsEnvironment(brief, posed, sandbox, suppliesOf(lab, sandbox, here))
}

type LeanFound = LeanHere | InfrastructureError

async function leanHere(): Promise<LeanFound> {
  try {
    return await findLean()
  } catch (thrown) {
    if (thrown instanceof InfrastructureError) return thrown
    throw thrown
  }
}

/** One theorem and one agent: a second process of a prover would wait most of its life. */
function suppliesOf(lab: Lab, sandbox: Sandbox, here: LeanFound): Readonly<Record<ProverName, Supply>> {
  const leanPlace = () => {
    if (here instanceof InfrastructureError) throw here
    return placeOf(here)
  }
  return {
    rocq: {
      missing: async () =>
        (await isThere(sandbox, 'coqidetop.opt'))
          ? undefined
          : 'Rocq is not installed here: there is no coqidetop.opt',
      start: async () => rocq(lab, { processes: 1 }),
    },
    lean: {
      async missing() {
        try {
          leanPlace()
          return undefined
        } catch (thrown) {
          return messageOf(thrown)
        }
      },
      start: async () => lean(lab, leanPlace(), { processes: 1 }),
    },
  }
}

class ProofsEnvironment implements Environment {
  readonly brief: Brief
  readonly actions: ActionTable
  readonly #sandbox: Sandbox
  readonly #posed: PosedByProver
  readonly #desk: Desk
  readonly #deeds: Readonly<Record<string, Deed>>

  constructor(
    brief: Brief,
    posed: PosedByProver,
    sandbox: Sandbox,
    supplies: Readonly<Record<ProverName, Supply>>,
  ) {
    this.brief = brief
    this.#sandbox = sandbox
    this.#posed = posed
    this.#desk = new Desk(posed, supplies)
    this.#deeds = {
      ...proofDeeds(this.#desk, sandbox),
      search: searchDeed(this.#desk),
      hint: hintDeed(this.#desk),
      check: checkDeed(sandbox, posed),
      ...fileDeeds(sandbox),
    }
    this.actions = this.#deeds
  }

  async act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation> {
    return await perform(this.#deeds, name, input, signal)
  }

  async place(submission: Submission): Promise<void> {
    if (submission.kind !== 'files')
      throw new UsageError('wrong-answer-kind', `a proof is the file ${this.#answers()}, not a text`)
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
    const files = candidate.kind === 'files' ? candidate.files : new Map<string, Uint8Array>()
    const filled = proverNames.filter((name) => {
      const text = textOf(files, answerPaths[name])
      return text !== undefined && text !== textOf(this.brief.files, answerPaths[name])
    })
    const prover = filled[0] ?? proverNames.find((name) => files.has(answerPaths[name]))
    if (prover === undefined) return { score: 0, why: `there is no ${this.#answers()}` }
    const text = textOf(files, answerPaths[prover]) as string
    const dialect = dialects[prover]
    const compiled = await dialect.compile(this.#sandbox, text, this.#posed[prover], signal)
    const { ok, remarks, theorem = '' } = compiled
    if (ok && dialect.isClean(theorem)) return { score: 1, why: 'it compiles' }
    if (ok) return { score: 0.6, why: `it compiles; ${theorem}` }
    const error = remarks.find(({ kind }) => kind === 'error')
    const reached = error ? error.line / text.split('\n').length : 0
    return { score: reached / 2, why: error ? `line ${error.line}: ${error.message}` : 'it does not compile' }
  }

  #answers(): string {
    const stated = proverNames.filter((name) => this.#posed[name] !== undefined)
    return (stated.length > 0 ? stated : proverNames).map((name) => answerPaths[name]).join(' or ')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#desk[Symbol.asyncDispose]()
    await this.#sandbox[Symbol.asyncDispose]()
  }
}
