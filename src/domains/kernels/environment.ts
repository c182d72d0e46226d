import { type Deed, perform } from '../../core/actions.ts'
import type { Lab } from '../../core/domain.ts'
import type { ActionTable, Environment, Observation, Rating } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet } from '../../core/files.ts'
import type { Sandbox } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Brief, Scene } from '../../core/task.ts'
import { Bench, quickPatience } from './actions/bench.ts'
import { type Compiled, compileDeed, compiledText, compileIn } from './actions/compile.ts'
import { fileDeeds } from './actions/files.ts'
import { measureDeeds } from './actions/measure.ts'
import { problemIn } from './actions/problem.ts'
import { compiledOnly, profileText, ratingOf } from './actions/words.ts'
import { answerIn } from './actions/workbench.ts'
import { answerPaths, type KernelsKey, problemPath } from './key.ts'
import { pythonView, workerDirectory } from './process.ts'
import { type ProblemProfile, type Profiled, profileOf, profileProblem } from './profile/index.ts'
import { type TorchPython, torchPython } from './python.ts'

/**
 * Opens a task for an agent: a sandbox with the brief's files, torch and compilers, and the judge's way of checking and
 * timing with values of its own, in further sandboxes that start when they are first asked for. Throws
 * `InfrastructureError` where there is no torch, and `UsageError` where the brief has no problem.
 */
export async function open({ brief }: Pick<Scene, 'brief'>, lab: Lab): Promise<Environment> {
  const key = problemIn(brief)
  const python = await torchPython()
  const sandbox = await lab.open({
    name: 'kernels',
    files: brief.files,
    limits: brief.limits.sandbox,
    ...viewOf(python, key),
  })
  return new KernelsEnvironment({ brief, key, python, sandbox, lab })
}

/** What its sandboxes see. For a GPU that is not there, compilers do without. */
function viewOf(python: TorchPython, { threads, device }: KernelsKey) {
  const { env, ...view } = pythonView(python, threads, python.gpus.length > 0 ? device : 'cpu')
  return { ...view, env: { ...env, PYTHONPATH: workerDirectory } }
}

interface Given {
  readonly brief: Brief
  readonly key: KernelsKey
  readonly python: TorchPython
  readonly sandbox: Sandbox
  readonly lab: Lab
}

class KernelsEnvironment implements Environment {
  readonly brief: Brief
  readonly actions: ActionTable
  readonly #given: Given
  readonly #bench: Bench
  readonly #deeds: Readonly<Record<string, Deed>>
  #problem: ProblemProfile | undefined

  constructor(given: Given) {
    const { brief, key, python, sandbox, lab } = given
    this.brief = brief
    this.#given = given
    this.#bench = new Bench(lab, key, python)
    this.#deeds = {
      ...fileDeeds(sandbox, python),
      compile: compileDeed(sandbox, python),
      ...measureDeeds({
        sandbox,
        bench: this.#bench,
        problemProfile: (signal) => this.#profile(signal),
        answerProfile: async (signal) => this.#profileOf(await answerIn(sandbox), signal),
      }),
    }
    this.actions = this.#deeds
  }

  async act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation> {
    return await perform(this.#deeds, name, input, signal)
  }

  async place(submission: Submission): Promise<void> {
    if (submission.kind !== 'files')
      throw new UsageError('wrong-answer-kind', `a kernel is the file ${answerPaths[0]}, not a text`)
    await this.#given.sandbox.write(submission.files)
  }

  async collect(): Promise<Submission> {
    const { answer } = this.brief
    const paths = answer.kind === 'files' ? answer.paths : []
    return { kind: 'files', files: await answerIn(this.#given.sandbox, paths) }
  }

  /**
   * The speedup over eager PyTorch as measured here, where the answer is right; below 0.1 where it is not. `why` is what a
   * next answer should know: errors, wrong elements, or the speed and where time goes.
   */
  async rate(candidate: Submission, signal?: AbortSignal): Promise<Rating> {
    const files = candidate.kind === 'files' ? candidate.files : new Map()
    if (!this.#bench.runs) return compiledOnly(await this.#compiled(files, signal))
    const source = files.get('kernel.cu')
    const cuda = source && (await this.#compiled(new Map([['kernel.cu', source]]), signal))
    const found = await this.#bench.examine(files, quickPatience, signal)
    const rating = ratingOf(found)
    if (found.fault) return rating
    const problem = await this.#profile(signal)
    const own = await this.#profileOf(files, signal)
    const parts = [rating.why, cuda && compiledText(cuda), profileText(found, problem, own)]
    return { ...rating, why: parts.filter(Boolean).join('\n') }
  }

  /** What compilers say of a candidate, in a sandbox of its own. */
  async #compiled(files: FileSet, signal: AbortSignal | undefined): Promise<Compiled | undefined> {
    const { lab, python, key } = this.#given
    await using sandbox = await lab.open({
      name: 'kernels-compile',
      files: new Map([...fileSet({ [problemPath]: key.problem }), ...files]),
      limits: { memoryBytes: 4 * 1024 ** 3, cpuSeconds: 300 },
      ...viewOf(python, key),
    })
    return await compileIn(sandbox, python, signal)
  }

  #profileOf(files: FileSet, signal: AbortSignal | undefined): Promise<Profiled> {
    const { lab, key } = this.#given
    return profileOf(lab, key, files, signal)
  }

  /** The problem does not change: once is enough. */
  async #profile(signal: AbortSignal | undefined): Promise<ProblemProfile> {
    const { lab, key } = this.#given
    if (this.#problem) return this.#problem
    const found = await profileProblem(lab, key, signal)
    // One that came to no end, as on a busy machine, may come to one the next time.
    if ('profile' in found.profiled) this.#problem = found
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bench[Symbol.asyncDispose]()
    await this.#given.sandbox[Symbol.asyncDispose]()
  }
}
