import type { FileSet } from '../../core/files.ts'
import type { Model } from '../../core/model.ts'
import type { Task } from '../../core/task.ts'
import type { Fallen, ForgeSource, Means, Proof, RawItem, Workshop } from '../source.ts'
import { decide, installedModules, type Machine } from './decide/index.ts'
import { findChallenges } from './find.ts'
import { type Lookers, openLookers } from './look/index.ts'
import type { FileSource, Plan } from './plan.ts'
import { prove } from './prove.ts'
import { repairPlan } from './repair.ts'
import { nyuIndex, writeTask } from './write/index.ts'

/** Old challenges of capture-the-flag competitions, in any layout: looked at in a sandbox, decided by rules, proved by running. */
export const ctf: ForgeSource<Plan> = {
  name: 'ctf',
  description: 'challenges of capture-the-flag competitions, each in a directory of its own',
  version: 1,
  index: { file: 'test_dataset.json', from: 'challenge.json', of: nyuIndex },
  async open(means) {
    const machine = { python: await installedModules() }
    return new CtfWorkshop(means, machine, await openLookers(means))
  },
}

class CtfWorkshop implements Workshop<Plan> {
  readonly #means: Means
  readonly #machine: Machine
  readonly #lookers: Lookers

  constructor(means: Means, machine: Machine, lookers: Lookers) {
    this.#means = means
    this.#machine = machine
    this.#lookers = lookers
  }

  find(): Promise<readonly RawItem[]> {
    return findChallenges(this.#means.root)
  }

  async understand(item: RawItem): Promise<Plan> {
    return decide(await this.#lookers.look(item), this.#machine)
  }

  async write(item: RawItem, plan: Plan): Promise<FileSet> {
    const contents = await this.#lookers.extract(item, sourcesOf(plan))
    const { backend, suite } = this.#means
    return writeTask(item, plan, contents, {
      backend: backend === 'container' ? 'container' : 'bubblewrap',
      suite,
      source: plan.competition || suite,
      licence: '',
    })
  }

  isLive(plan: Plan): boolean {
    return plan.service !== undefined
  }

  async prove(task: Task, plan: Plan, reach: (stage: 'started' | 'answered') => void): Promise<Proof> {
    await using lab = this.#means.openLab(`prove/${task.id}`)
    return await prove(task, plan, lab, reach)
  }

  async repair(item: RawItem, plan: Plan, fallen: Fallen, model: Model): Promise<Plan> {
    const facts = await this.#lookers.look(item)
    return repairPlan({ plan, facts, fallen, model, signal: this.#means.signal })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lookers[Symbol.asyncDispose]()
  }
}

/** The challenge's files that a plan takes bytes from. */
function sourcesOf({ players, service, solver, flag }: Plan): string[] {
  const files: readonly FileSource[] = [...players, ...(service?.files ?? []), ...(solver?.files ?? [])]
  const named = files.flatMap((file) => ('from' in file ? [file.from] : []))
  return [...new Set([...named, ...(flag.kind === 'checker' ? [flag.from] : [])])].sort()
}
