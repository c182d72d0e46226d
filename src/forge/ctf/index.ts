import type { FileSet } from '../../core/files.ts'
import type { Model } from '../../core/model.ts'
import type { Task } from '../../core/task.ts'
import { Fallen, type ForgeSource, type Means, type Proof, type RawItem, type Workshop } from '../source.ts'
import { decide, installedModules, type Machine } from './decide/index.ts'
import { findChallenges } from './find.ts'
import { listeningPort } from './listening.ts'
import { type Lookers, openLookers } from './look/index.ts'
import type { FileSource, Plan } from './plan.ts'
import { prove } from './prove/index.ts'
import { repairPlan } from './repair/index.ts'
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

/** Stands for a port that is not known yet. */
const anyPort = 1337

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
    const facts = await this.#lookers.look(item)
    try {
      return decide(facts, this.#machine)
    } catch (thrown) {
      if (!(thrown instanceof Fallen && thrown.kind === 'no-port')) throw thrown
      // Everything but the port is decided: the program itself knows it.
      const plan = decide(facts, { ...this.#machine, listensOn: anyPort })
      const listensOn = await this.#portOf(item, plan)
      if (listensOn === undefined)
        throw new Fallen('no-port', `${thrown.message}; started, it listened on none that others reach`)
      return decide(facts, { ...this.#machine, listensOn })
    }
  }

  async #portOf(item: RawItem, plan: Plan): Promise<number | undefined> {
    if (!plan.service) return undefined
    const files = await this.write(item, plan)
    await using lab = this.#means.openLab(`listen/${item.id}`)
    return await listeningPort(plan.service, files, lab)
  }

  async write(item: RawItem, plan: Plan): Promise<FileSet> {
    const contents = await this.#lookers.extract(item, sourcesOf(plan))
    const { backend, suite, licence } = this.#means
    return writeTask(item, plan, contents, {
      backend: backend === 'container' ? 'container' : 'bubblewrap',
      suite,
      source: plan.competition || suite,
      licence,
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
