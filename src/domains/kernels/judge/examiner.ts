import type { z } from 'zod'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import { Gone } from '../gone.ts'
import type { Constants } from '../key.ts'
import { nothing, PythonProcess, trustedLimits } from '../process.ts'
import type { TorchPython } from '../python.ts'
import { Buffers } from './buffers.ts'
import {
  addressesSchema,
  type Expected,
  expectedSchema,
  type Facts,
  factsSchema,
  type Mismatch,
  mismatchesSchema,
} from './facts.ts'
import type { Output, Values } from './runner.ts'

export type Regime = 'given' | 'signed' | 'large' | 'zero' | 'denormal'

const seconds = 300

/**
 * The process that knows what is right. Nothing of a candidate runs in it, so that whatever goes wrong with it is the
 * problem's or the machine's fault: methods throw `InfrastructureError`.
 */
export class Examiner implements AsyncDisposable {
  readonly #process: PythonProcess
  readonly #buffers = new Buffers()
  #facts: Facts | undefined
  #slots: readonly (readonly number[])[] = []

  static async start(lab: Lab, python: TorchPython, threads: number): Promise<Examiner> {
    return new Examiner(
      await PythonProcess.start(lab, {
        name: 'kernels-examiner',
        program: 'examiner.py',
        python,
        threads,
        limits: trustedLimits,
      }),
    )
  }

  private constructor(process: PythonProcess) {
    this.#process = process
  }

  get facts(): Facts {
    if (!this.#facts) throw new Error('the examiner has no problem yet')
    return this.#facts
  }

  /** Builds the problem with weights drawn from the seed, and tells of it. */
  async problem(source: string, constants: Constants, seed: number): Promise<Facts> {
    this.#facts = await this.#ask('problem', { source, constants, seed }, factsSchema)
    return this.#facts
  }

  async weights(): Promise<Values> {
    return await this.#read(
      'weight',
      this.facts.weights.map(({ address }) => address),
      this.facts.weights,
    )
  }

  async allot(count: number): Promise<void> {
    this.#slots = (await this.#ask('allot', { count }, addressesSchema)).addresses
  }

  /** New inputs for so many calls; those of an earlier draw are overwritten. */
  async draw(regime: Regime, seed: string, count: number): Promise<Values[]> {
    await this.#ask('draw', { regime, seed, count }, nothing)
    const sets: Values[] = []
    for (const addresses of this.#slots.slice(0, count))
      sets.push(await this.#read(`input ${sets.length}`, addresses, this.facts.inputs))
    return sets
  }

  /** Computes what the first set of inputs should give. */
  async expect(regime: Regime): Promise<Expected> {
    return await this.#ask('expect', { regime }, expectedSchema)
  }

  /** Compares one call's outputs with what is expected. */
  async check(outputs: readonly Output[]): Promise<(Mismatch | null)[]> {
    await this.#receive([outputs])
    const { mismatches } = await this.#ask('check', {}, mismatchesSchema)
    return mismatches[0] ?? []
  }

  /** Compares a candidate's outputs with the baseline's of the same inputs; `errors` are eager's own. */
  async checkPairs(
    baseline: readonly (readonly Output[])[],
    candidate: readonly (readonly Output[])[],
    errors: readonly number[],
  ): Promise<(Mismatch | null)[][]> {
    await this.#receive([...baseline, ...candidate])
    return (await this.#ask('check_pairs', { errors }, mismatchesSchema)).mismatches
  }

  async #receive(calls: readonly (readonly Output[])[]): Promise<void> {
    const layouts = calls.map((outputs) =>
      outputs.map(({ shape, strides, dtype }) => ({ shape, strides, dtype })),
    )
    const { addresses } = await this.#ask('receive', { layouts }, addressesSchema)
    for (const [call, outputs] of calls.entries())
      for (const [index, { content }] of outputs.entries())
        if (!(await this.#process.write(addresses[call]?.[index] ?? 0, content)))
          throw broken('its memory cannot be written')
  }

  async #read(
    name: string,
    addresses: readonly number[],
    layouts: readonly { bytes: number }[],
  ): Promise<Values> {
    const values: Uint8Array[] = []
    for (const [index, { bytes }] of layouts.entries()) {
      const content = this.#buffers.of(`${name}/${index}`, bytes)
      if (!(await this.#process.read(addresses[index] ?? 0, content)))
        throw broken('its memory cannot be read')
      values.push(content)
    }
    return values
  }

  async #ask<T>(what: string, input: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> {
    try {
      const reply = await this.#process.ask(what, input, schema, seconds)
      if (reply.ok) return reply.value
      throw broken(`${what}: ${reply.message}${reply.trace && `\n${reply.trace}`}`)
    } catch (thrown) {
      throw thrown instanceof Gone ? lost(what, thrown) : thrown
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }
}

/** A machine that is short of memory or time, more often than the problem: another try may do. */
function lost(what: string, gone: Gone): InfrastructureError {
  const message = `the process that knows what is right was lost (${what}): ${gone.message}. ${gone.said}`
  return new InfrastructureError('examiner-lost', message.trim(), { cause: gone })
}

function broken(why: string): InfrastructureError {
  return new InfrastructureError('problem-does-not-run', `the problem itself cannot be run here: ${why}`, {
    retryable: false,
  })
}
