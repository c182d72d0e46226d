import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import { seedOf } from '../../../core/seed.ts'
import { within } from '../../../core/within.ts'
import { type Checked, checkAnswer } from '../judge/correctness.ts'
import type { Examiner } from '../judge/examiner.ts'
import type { Facts } from '../judge/facts.ts'
import { Fault } from '../judge/fault.ts'
import type { Runner } from '../judge/runner.ts'
import { equip, type Setting, startBaseline, startCandidate, startExaminer } from '../judge/sitting.ts'
import { type Patience, type Timed, timeAnswer } from '../judge/timing.ts'
import { answerPaths, type KernelsKey } from '../key.ts'
import type { TorchPython } from '../python.ts'

/** Fewer pairs than the judge takes: an agent asks often, and what it chooses the judge measures again. */
export const quickPatience: Patience = { leastPairs: 7, mostPairs: 60, seconds: 4, width: 0.03 }

/** What was found out about an answer. */
export interface Found {
  /** Seconds that importing it took, with compiling; undefined where it did not come so far. */
  readonly loadSeconds?: number
  readonly facts?: Facts
  readonly checked?: Checked
  readonly timed?: Timed
  /** What is wrong with it. */
  readonly fault?: Fault
}

interface Instruments {
  readonly examiner: Examiner
  readonly baseline: Runner
  readonly twin: Runner
}

/**
 * The judge's way of checking and timing, for an agent: with values drawn for this environment, in sandboxes of its lab.
 * The problem's own processes stay for the next answer; every answer has a sandbox of its own. One answer at a time, since
 * measurements would disturb one another.
 */
export class Bench implements AsyncDisposable {
  readonly #lab: Lab
  readonly #key: KernelsKey
  readonly #python: TorchPython
  #instruments: Promise<Instruments> | undefined
  #last: Promise<unknown> = Promise.resolve()
  #count = 0

  constructor(lab: Lab, key: KernelsKey, python: TorchPython) {
    this.#lab = lab
    this.#key = key
    this.#python = python
  }

  /** False for a task that wants a GPU where there is none: then answers can be compiled, and nothing else. */
  get runs(): boolean {
    return this.#key.device === 'cpu' || this.#python.gpus.length > 0
  }

  /** Whether it is right, and with `patience` how fast. Throws `InfrastructureError`, and the signal's reason. */
  async examine(
    files: FileSet,
    patience: Patience | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Found> {
    const turn = this.#last.then(async () => {
      signal?.throwIfAborted()
      const work = this.#examine(files, patience, signal)
      if (!signal) return await work
      try {
        return await within(work, signal, 0)
      } catch (thrown) {
        if (signal.aborted) {
          await this.#drop()
          await work.catch(() => {})
        }
        throw thrown
      }
    })
    this.#last = turn.catch(() => {})
    return await turn
  }

  async #examine(
    files: FileSet,
    patience: Patience | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Found> {
    if (!this.runs)
      throw new UsageError(
        'no-gpu',
        'this task is for a GPU, and there is none here: only compile can be done',
      )
    const [main] = answerPaths
    if ((files.get(main)?.byteLength ?? 0) === 0)
      return { fault: new Fault('no-answer', `there is no ${main}, which defines the class ModelNew`) }
    const found: { -readonly [Name in keyof Found]: Found[Name] } = {}
    const setting: Setting = { lab: this.#lab, python: this.#python, key: this.#key }
    const [{ examiner, baseline, twin }, candidate] = await Promise.all([
      this.#ready(setting),
      startCandidate(setting, files),
    ])
    const seed = seedOf(this.#lab.seed, 'bench', this.#count++)
    const stop = () => void candidate.process[Symbol.asyncDispose]().catch(() => {})
    signal?.addEventListener('abort', stop, { once: true })
    try {
      signal?.throwIfAborted()
      found.loadSeconds = await candidate.load(main)
      found.checked = await checkAnswer(examiner, candidate, this.#key, seed)
      found.facts = examiner.facts
      if (patience) {
        const weights = await examiner.weights()
        for (const runner of [baseline, twin]) await equip(runner, examiner.facts, weights)
        const { threads } = this.#key
        const { errors } = found.checked
        found.timed = await timeAnswer(
          { examiner, baseline, twin, candidate, threads, seed, errors },
          patience,
        )
      }
    } catch (thrown) {
      if (!(thrown instanceof Fault)) {
        // Nobody knows in what state they are.
        await this.#drop()
        throw thrown
      }
      found.fault = thrown
    } finally {
      signal?.removeEventListener('abort', stop)
      await candidate.process[Symbol.asyncDispose]()
    }
    return found
  }

  #ready(setting: Setting): Promise<Instruments> {
    this.#instruments ??= begun(setting)
    this.#instruments.catch(() => {
      this.#instruments = undefined
    })
    return this.#instruments
  }

  async #drop(): Promise<void> {
    const instruments = await this.#instruments?.catch(() => undefined)
    this.#instruments = undefined
    if (!instruments) return
    const { examiner, baseline, twin } = instruments
    await Promise.all([examiner, baseline.process, twin.process].map((each) => each[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop()
  }
}

async function begun(setting: Setting): Promise<Instruments> {
  const [examiner, baseline, twin] = await Promise.all([
    startExaminer(setting),
    startBaseline(setting, 'kernels-baseline'),
    startBaseline(setting, 'kernels-twin'),
  ])
  return { examiner, baseline, twin }
}
