import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import pLimit from 'p-limit'
import { writeAtomically } from '../../../core/atomic.ts'
import { makeDirectories } from '../../../core/directories.ts'
import type { Lab } from '../../../core/domain.ts'
import { takeLock } from '../../../core/lock.ts'
import { headerOf, isPassing } from './header.ts'
import { traceFiles } from './layout.ts'
import type { Item, Library } from './library.ts'
import { closureOf, ordered } from './order.ts'
import { readHeader } from './read.ts'
import { type Failure, type Header, type Manifest, schemaVersion, type TracedPremise } from './schema.ts'

export interface WorkOptions {
  readonly out: string
  /** Files at once. */
  readonly concurrency: number
  /** At most so many files, those first that require nothing else. */
  readonly limit?: number
  onProgress(progress: TraceProgress, header: Header, earlier: boolean): void
}

export interface TraceProgress {
  readonly planned: number
  readonly done: number
  /** Of those done, how many were there already. */
  readonly earlier: number
  readonly theorems: number
  readonly steps: number
  readonly failed: number
  readonly elapsedSeconds: number
}

/** Attempts at a file that the machine fails. */
const attempts = 3

/**
 * Traces the files of a library into a directory, one file there for each, behind those that it requires. What is there
 * and was made of the same is not made again, unless it failed. Aborting the lab's signal stops it; what is written is
 * whole. Throws what is not a file's doing, and the signal's reason.
 */
export async function traceLibrary(lab: Lab, library: Library, options: WorkOptions): Promise<Manifest> {
  await makeDirectories(options.out)
  const paths = traceFiles(options.out)
  await using _lock = await takeLock(paths.lock)
  const plan = await planOf(lab, library, options)
  const manifest: Manifest = {
    schema: schemaVersion,
    prover: library.prover,
    source: library.name,
    [library.prover]: library.version,
    flags: [...library.flags],
    files: plan.files,
  }
  await writeAtomically(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`)
  await new Work(lab, library, options, plan).all()
  return manifest
}

interface Plan {
  readonly files: string[]
  readonly requires: ReadonlyMap<string, readonly string[]>
  /** What cannot be traced whatever is done. */
  readonly lost: ReadonlyMap<string, Failure>
  readonly bases: ReadonlyMap<string, string>
}

async function planOf(lab: Lab, library: Library, { limit }: WorkOptions): Promise<Plan> {
  const lost = new Map<string, Failure>()
  const usable = new Map<string, string>()
  for (const [path, text] of library.files) {
    if (text === undefined) lost.set(path, { reason: 'size', message: 'the file is too large' })
    else if (library.moduleOf(path) === undefined)
      lost.set(path, { reason: 'name', message: 'its path is no name of a module' })
    else usable.set(path, text)
  }
  const requires = await library.requirements(lab, usable)
  const { order, cyclic } = ordered(requires)
  for (const path of cyclic)
    lost.set(path, { reason: 'cycle', message: 'it requires itself, or files that do' })
  const bases = new Map<string, string>()
  for (const path of order) {
    const parts = [schemaVersion, library.version, ...library.madeWith(path), path, usable.get(path)]
    const below = (requires.get(path) ?? []).map((other) => bases.get(other))
    bases.set(
      path,
      createHash('sha256')
        .update(JSON.stringify([...parts, ...below]))
        .digest('hex'),
    )
  }
  const files = [...order, ...[...lost.keys()].sort()].slice(0, limit ?? Number.POSITIVE_INFINITY)
  return { files, requires, lost, bases }
}

class Work {
  readonly #lab: Lab
  readonly #library: Library
  readonly #options: WorkOptions
  readonly #plan: Plan
  readonly #places = new Map<string, TracedPremise['place']>()
  readonly #outcomes = new Map<string, Promise<Header>>()
  readonly #begun = performance.now()
  #counts = { done: 0, earlier: 0, theorems: 0, steps: 0, failed: 0 }

  constructor(lab: Lab, library: Library, options: WorkOptions, plan: Plan) {
    this.#lab = lab
    this.#library = library
    this.#options = options
    this.#plan = plan
  }

  /** Waits for all that was begun, also where one of them throws. */
  async all(): Promise<void> {
    const limit = pLimit(this.#options.concurrency)
    for (const path of this.#plan.files) {
      const below = (this.#plan.requires.get(path) ?? []).map((other) => this.#outcomes.get(other))
      const outcome = Promise.all(below).then((headers) =>
        limit(() => this.#one(path, headers as readonly Header[])),
      )
      this.#outcomes.set(path, outcome)
      outcome.catch(() => {})
    }
    const settled = await Promise.allSettled(this.#outcomes.values())
    this.#lab.signal.throwIfAborted()
    const failed = settled.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #one(path: string, below: readonly Header[]): Promise<Header> {
    this.#lab.signal.throwIfAborted()
    const basis = this.#plan.bases.get(path) ?? ''
    const earlier = await this.#earlier(path, basis)
    await this.#keepSource(path, earlier !== undefined)
    const header = earlier ?? (await this.#made(path, basis, below))
    for (const { name, span } of header.definitions) this.#places.set(name, { file: path, span })
    const { done, theorems, steps, failed } = this.#counts
    this.#counts = {
      done: done + 1,
      earlier: this.#counts.earlier + (earlier ? 1 : 0),
      theorems: theorems + header.theorems,
      steps: steps + header.steps,
      failed: failed + (header.outcome === 'traced' ? 0 : 1),
    }
    const planned = this.#plan.files.length
    const elapsedSeconds = (performance.now() - this.#begun) / 1000
    this.#options.onProgress({ planned, elapsedSeconds, ...this.#counts }, header, earlier !== undefined)
    return header
  }

  /** Before its trace: what stands there then belongs to it, or the trace is not current. */
  async #keepSource(path: string, isEarlier: boolean): Promise<void> {
    const kept = traceFiles(this.#options.out).source(path)
    const text = this.#library.files.get(path)
    if (text !== undefined && !(isEarlier && existsSync(kept))) await writeAtomically(kept, text)
  }

  async #earlier(path: string, basis: string): Promise<Header | undefined> {
    const header = await readHeader(this.#options.out, path).catch(() => undefined)
    if (header?.basis !== basis || header.outcome !== 'traced') return undefined
    const { object } = traceFiles(this.#options.out)
    return !this.#library.keepsObjects || existsSync(object(path)) ? header : undefined
  }

  async #made(path: string, basis: string, below: readonly Header[]): Promise<Header> {
    const requires = this.#plan.requires.get(path) ?? []
    const named = { path, module: this.#library.moduleOf(path) ?? '', basis, requires }
    const paths = traceFiles(this.#options.out)
    const lost = this.#plan.lost.get(path) ?? this.#lostBelow(below)
    if (lost) {
      const header = headerOf(named, { failure: lost })
      await writeAtomically(paths.file(path), `${JSON.stringify(header)}\n`)
      return header
    }
    const text = this.#library.files.get(path) as string
    const item: Item = { ...named, text, compiled: await this.#compiledBelow(path) }
    for (let attempt = 1; ; attempt++) {
      try {
        const made = await this.#library.trace(this.#lab, item, (name) => this.#places.get(name))
        if (made.object && this.#library.keepsObjects) await writeAtomically(paths.object(path), made.object)
        const lines = [made.header, ...made.theorems].map((line) => `${JSON.stringify(line)}\n`)
        await writeAtomically(paths.file(path), lines.join(''))
        return made.header
      } catch (error) {
        this.#lab.signal.throwIfAborted()
        if (attempt >= attempts || !isPassing(error)) throw error
      }
    }
  }

  /** What is compiled beforehand is there whatever came of its trace. */
  #lostBelow(below: readonly Header[]): Failure | undefined {
    const { object } = traceFiles(this.#options.out)
    const lost = !this.#library.keepsObjects ? undefined : below.find(({ file }) => !existsSync(object(file)))
    return lost && { reason: 'dependency', message: `${lost.file}, which it requires, does not compile` }
  }

  async #compiledBelow(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
    if (!this.#library.keepsObjects) return new Map()
    const { object } = traceFiles(this.#options.out)
    const below = closureOf(path, this.#plan.requires)
    return new Map(
      await Promise.all(below.map(async (other) => [`${other}o`, await readFile(object(other))] as const)),
    )
  }
}
