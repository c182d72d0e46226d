import { z } from 'zod'
import { InfrastructureError } from '../../../core/errors.ts'
import { Gone } from '../gone.ts'
import { nothing, type PythonProcess, type Refusal } from '../process.ts'
import type { Allowance } from './allowance.ts'
import { Buffers } from './buffers.ts'
import { type Claims, claimsSchema, type Place, placesOf } from './claims.ts'
import { addressesSchema, type Facts } from './facts.ts'
import { Fault, type FaultReason, faultOfEnd, faultOfRefusal } from './fault.ts'

/** Seconds of wall time that a candidate has for compiling and loading: extensions of torch take long on a busy machine. */
const loadSeconds = 300
const handSeconds = 120

/** The bytes of a set of tensors. */
export type Values = readonly Uint8Array[]

/** Does some work, and takes its time. */
export type Timing = <T>(work: () => Promise<T>) => Promise<T>

/** An output tensor as it was read. */
export interface Output extends Place {
  readonly content: Uint8Array
}

const flat = z.object({ addresses: z.array(z.number().int().nonnegative()) })

/**
 * The worker program around one model: the judge's hands on a candidate, whose failures are `Fault`s, or on a baseline,
 * which runs the problem's own code: there they are `InfrastructureError`s.
 */
export class Runner {
  readonly process: PythonProcess
  readonly #whose: 'candidate' | 'baseline'
  readonly #buffers = new Buffers()
  readonly #allowance: Allowance | undefined
  #slots: readonly (readonly number[])[] = []

  /** An answer's processes have one allowance together; nobody else has any. */
  constructor(process: PythonProcess, whose: 'candidate' | 'baseline', allowance?: Allowance) {
    this.process = process
    this.#whose = whose
    this.#allowance = allowance
  }

  /** Imports the file, compiling what it compiles; the wall time that took, in seconds. */
  async load(path: string): Promise<number> {
    const began = performance.now()
    await this.#ask('load', { path }, nothing, loadSeconds, `importing ${path}`, 'does-not-load')
    return (performance.now() - began) / 1000
  }

  /** Constructs the class and gives it these weights. */
  async build(name: string, facts: Facts, weights: Values): Promise<void> {
    const input = {
      name,
      init: facts.init,
      weights: facts.weights.map(({ address: _, ...layout }) => layout),
    }
    const doing = `constructing ${name}`
    const { addresses } = await this.#ask('build', input, flat, loadSeconds, doing, 'does-not-load')
    await this.#write(addresses, weights, 'a weight')
    await this.#ask('fill', {}, nothing, handSeconds, 'load_state_dict', 'does-not-load')
  }

  /** Has it allocate so many sets of inputs. */
  async allot(facts: Facts, count: number): Promise<void> {
    const input = { count, tree: facts.tree, leaves: facts.inputs }
    const told = await this.#ask('allot', input, addressesSchema, handSeconds, 'allocating inputs', 'crashed')
    this.#slots = told.addresses
  }

  /** Writes sets of inputs, beginning with that number. */
  async put(first: number, sets: readonly Values[]): Promise<void> {
    for (const [index, values] of sets.entries())
      await this.#write(this.#slots[first + index] ?? [], values, 'an input')
  }

  /** Whether a set of inputs still is what was written, by tensor. */
  async unchanged(index: number, values: Values): Promise<boolean[]> {
    if (this.apart)
      await this.#ask('fetch', { slot: index }, nothing, handSeconds, 'copying inputs back', 'crashed')
    const same: boolean[] = []
    for (const [leaf, bytes] of values.entries()) {
      const now = Buffer.allocUnsafe(bytes.byteLength)
      const there = await this.process.read(this.#slots[index]?.[leaf] ?? 0, now)
      same.push(there && now.equals(bytes))
    }
    return same
  }

  /** Whether an address lies in one of the inputs. */
  holds(address: number, facts: Facts): boolean {
    return this.#slots.some((leaves) =>
      leaves.some((start, leaf) => address >= start && address < start + (facts.inputs[leaf]?.bytes ?? 0)),
    )
  }

  /**
   * Calls the model with `count` sets, from the `first`. Where it computes on a device, inputs are carried there before and
   * outputs back after; `timed` is given what is the call alone.
   */
  async go(first: number, count: number, seconds: number, timed: Timing = (work) => work()): Promise<Claims> {
    const sets = { first, count }
    const call = <T>(schema: z.ZodType<T>) =>
      timed(() => this.#ask('go', sets, schema, seconds, 'forward', 'crashed'))
    if (!this.apart) return await call(claimsSchema)
    await this.#ask('upload', sets, nothing, seconds, 'copying inputs to the device', 'crashed')
    await call(nothing)
    return await this.#ask(
      'download',
      {},
      claimsSchema,
      seconds,
      'copying outputs from the device',
      'crashed',
    )
  }

  /** Whether it computes on a device with memory of its own. */
  get apart(): boolean {
    return this.process.device !== 'cpu'
  }

  /** What its work is timed by, in seconds: the processor time of its sandbox; with a GPU, wall time. */
  clock(): number {
    return this.process.device === 'cuda' ? performance.now() / 1000 : this.process.cpuSeconds()
  }

  /** Reads the outputs that are claimed. What an earlier call has read for the same `first` is overwritten. */
  async take(claims: Claims, facts: Facts, first: number, count: number): Promise<Output[][]> {
    const calls: Output[][] = []
    for (const places of this.#blaming(() => placesOf(claims, facts, count))) {
      const outputs: Output[] = []
      for (const place of places) {
        const content = this.#buffers.of(`${first + calls.length}/${outputs.length}`, place.bytes)
        if (!(await this.process.read(place.address, content)))
          throw this.#blamed(new Fault('wrong', 'an output is said to lie where there is no memory'))
        outputs.push({ ...place, content })
      }
      calls.push(outputs)
    }
    return calls
  }

  /** Any further command of the worker. */
  async tell<T>(
    what: string,
    input: Record<string, unknown>,
    schema: z.ZodType<T>,
    seconds: number,
  ): Promise<T> {
    return await this.#ask(what, input, schema, seconds, what, 'crashed')
  }

  async #write(addresses: readonly number[], values: Values, what: string): Promise<void> {
    for (const [index, bytes] of values.entries())
      if (!(await this.process.write(addresses[index] ?? 0, bytes)))
        throw this.#blamed(
          new Fault('crashed', `it says that ${what} is to be written where it has no memory`),
        )
  }

  async #ask<T>(
    what: string,
    input: Record<string, unknown>,
    schema: z.ZodType<T>,
    seconds: number,
    doing: string,
    reason: FaultReason,
  ): Promise<T> {
    const patience = this.#allowance?.of(seconds) ?? seconds
    const began = performance.now()
    try {
      const reply = await this.process.ask(what, input, schema, patience)
      if (reply.ok) return reply.value
      throw faultOfRefusal(reply satisfies Refusal, doing, reason)
    } catch (thrown) {
      throw this.#blamed(thrown instanceof Gone ? faultOfEnd(thrown, doing) : thrown)
    } finally {
      this.#allowance?.spend((performance.now() - began) / 1000)
    }
  }

  #blaming<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      throw this.#blamed(thrown)
    }
  }

  #blamed(thrown: unknown): unknown {
    if (this.#whose === 'candidate' || !(thrown instanceof Fault)) return thrown
    return new InfrastructureError('baseline', `the problem's own model fails: ${thrown.message}`, {
      cause: thrown,
    })
  }
}
