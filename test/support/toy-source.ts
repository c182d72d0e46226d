import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { InfrastructureError } from '../../src/core/errors.ts'
import { fileSet } from '../../src/core/files.ts'
import { digestOf } from '../../src/core/suite-directory.ts'
import { Fallen, type ForgeSource, type Means, type RawItem, type Workshop } from '../../src/forge/source.ts'

const planSchema = z.object({
  category: z.string().default('misc'),
  live: z.boolean().default(false),
  /** What it does instead of what it should, at which step. */
  does: z
    .enum([
      'well',
      'no-plan',
      'no-files',
      'broken',
      'no-proof',
      'flaky',
      'never',
      'bug',
      'repairable',
      'hidden-service',
    ])
    .default('well'),
  /** Milliseconds that its proof takes. */
  takes: z.number().default(0),
  /** Files it has besides. */
  files: z.number().default(0),
  text: z.string().default('a toy'),
  /** What its proof says besides. */
  seen: z.record(z.string(), z.union([z.string(), z.boolean()])).default({}),
  decisions: z
    .array(z.object({ what: z.string(), choice: z.string(), why: z.string(), confidence: z.number() }))
    .default([{ what: 'kind', choice: 'files', why: 'it is a toy', confidence: 0.9 }]),
})
export type ToyPlan = z.infer<typeof planSchema>

const taskOf = (title: string) => `schema = 1
title = ${JSON.stringify(title)}
domain = "security"
[answer]
kind = "text"
[origin]
source = "toys"
licence = "MIT"
[key]
flag = { value = "flag{a_toy}" }
`

/**
 * Toys: a file `NAME.json` each, that says how far it comes. Its proof runs a program in a sandbox of the lab. Each proof
 * that begins leaves a line in `log`, where one is named.
 */
export function toySource(options: { log?: string; version?: number } = {}): ForgeSource<ToyPlan> {
  const { log, version = 1 } = options
  return {
    name: 'toys',
    description: 'Toys for tests',
    version,
    open: async (means) => new ToyShop(means, log),
  }
}

class ToyShop implements Workshop<ToyPlan> {
  readonly #means: Means
  readonly #log: string | undefined
  readonly #tries = new Map<string, number>()

  constructor(means: Means, log: string | undefined) {
    this.#means = means
    this.#log = log
  }

  async find(): Promise<RawItem[]> {
    const names = (await readdir(this.#means.root)).filter((name) => name.endsWith('.json'))
    return Promise.all(
      names.map(async (path) => {
        const text = await readFile(join(this.#means.root, path), 'utf8')
        const { category } = planSchema.parse(JSON.parse(text))
        return { id: path.slice(0, -5), path, category, fingerprint: digestOf(fileSet({ path: text })) }
      }),
    )
  }

  async understand({ path }: RawItem): Promise<ToyPlan> {
    const plan = planSchema.parse(JSON.parse(await readFile(join(this.#means.root, path), 'utf8')))
    if (plan.does === 'no-plan') throw new Fallen('nobody-knows', `${path} says nothing`)
    if (plan.does === 'bug') throw new TypeError('a mistake')
    return plan
  }

  async write({ id }: RawItem, plan: ToyPlan) {
    if (plan.does === 'no-files') throw new Fallen('no-files', `${id} has no files`)
    const more = Array.from(
      { length: plan.files },
      (_, at) => [`environment/${at}`, 'x'.repeat(1000)] as const,
    )
    return fileSet([
      ['task.toml', plan.does === 'broken' ? 'schema = ' : taskOf(id)],
      ['instruction.md', plan.text],
      ...more,
    ])
  }

  isLive({ live }: ToyPlan): boolean {
    return live
  }

  async prove(
    task: { id: string },
    { does, takes, seen }: ToyPlan,
    reach: (stage: 'started' | 'answered') => void,
  ) {
    const { id } = task
    if (this.#log) await appendFile(this.#log, `${id}\n`)
    const exitCode = await this.#run(id)
    reach('started')
    await sleep(takes, undefined, { signal: this.#means.signal })
    const tries = (this.#tries.get(id) ?? 0) + 1
    this.#tries.set(id, tries)
    if (does === 'never' || (does === 'flaky' && tries < 2))
      throw new InfrastructureError('toy-broke', 'the machine failed')
    if (does === 'no-proof' || does === 'repairable')
      throw new Fallen('no-answer', `${id} does not answer`, { log: 'a log\u001b[31m' })
    reach('answered')
    if (does === 'hidden-service') throw new Fallen('flag-in-files', `${id} shows its flag`)
    return { exitCode, ...seen }
  }

  /** Without a back end there is nothing to be run. */
  async #run(id: string): Promise<number> {
    if (this.#means.backend !== 'bubblewrap') return 0
    await using lab = this.#means.openLab(id)
    const sandbox = await lab.open({ name: 'toy' })
    return (await sandbox.exec(['true'])).exitCode ?? -1
  }

  async repair(_item: RawItem, plan: ToyPlan, fallen: Fallen): Promise<ToyPlan> {
    if (plan.does !== 'repairable')
      throw new Fallen('no-idea', `nobody knows what to do about ${fallen.kind}`)
    return { ...plan, does: 'well' }
  }

  async [Symbol.asyncDispose]() {}
}
