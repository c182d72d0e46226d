import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { FileSet } from '../../../core/files.ts'
import { seedOf } from '../../../core/seed.ts'
import { within } from '../../../core/within.ts'
import { type Found, findOut } from '../judge/found.ts'
import type { Patience } from '../judge/pairs.ts'
import { type Staff, staffOf } from '../judge/staff.ts'
import type { KernelsKey } from '../key.ts'
import type { TorchPython } from '../python.ts'

/** Fewer pairs than the judge takes: an agent asks often, and what it chooses the judge measures again. */
export const quickPatience: Patience = { leastPairs: 7, mostPairs: 60, seconds: 4, width: 0.03 }

/**
 * The judge's way of looking at an answer, for an agent: with values drawn for this environment, in sandboxes of its lab.
 * The problem's own processes stay for the next answer; every answer has sandboxes of its own. One answer at a time, since
 * measurements would disturb one another.
 */
export class Bench implements AsyncDisposable {
  readonly #lab: Lab
  readonly #key: KernelsKey
  readonly #python: TorchPython
  #staff: Staff | undefined
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
    if (!this.runs)
      throw new UsageError(
        'no-gpu',
        'this task is for a GPU, and there is none here: only compile can be done',
      )
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
    const setting = { lab: this.#lab, python: this.#python, key: this.#key }
    this.#staff ??= staffOf(setting)
    const seed = seedOf(this.#lab.seed, 'bench', this.#count++)
    try {
      return await findOut(this.#staff, setting, files, { seed, patience, signal })
    } catch (thrown) {
      // Nobody knows in what state they are.
      await this.#drop()
      throw thrown
    }
  }

  async #drop(): Promise<void> {
    const staff = this.#staff
    this.#staff = undefined
    await staff?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop()
  }
}
