import { createHash } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import type { FileSet } from '../../core/files.ts'
import type { Task } from '../../core/task.ts'
import type { HardwareKey } from '../../domains/hardware/key.ts'
import { Fallen, type ForgeSource, type Means, type RawItem, type Workshop } from '../source.ts'
import { closureOf } from './closure.ts'
import { says, textBeside, wordsOf } from './description.ts'
import { elaborate } from './elaborate.ts'
import { type Expanded, expand } from './expand.ts'
import { type Pile, readPile } from './files.ts'
import { type Entry, entriesOf } from './find.ts'
import { underName } from './naming.ts'
import { type Plan, planSchema } from './plan.ts'
import { maxTableBits, type Probed, probe } from './probe.ts'
import { prove } from './prove.ts'
import { refuse } from './refuse.ts'
import { strengthen } from './strengthen.ts'
import { filesOf } from './task.ts'
import { timingOf } from './timing.ts'

export type { Plan } from './plan.ts'

export interface VerilogOptions {
  /** `names` takes modules too of which nothing but their names is known. */
  readonly describe?: 'words' | 'names'
}

/** Widest output that stands in a table, and most ports of one direction. */
const maxTableOutput = 24
const maxPorts = 200

/** A directory of Verilog modules, each made into a hardware task. */
export function verilogWith(options: VerilogOptions = {}): ForgeSource<Plan> {
  return {
    name: 'verilog',
    description: 'a directory of Verilog modules: each becomes a hardware task with a generated testbench',
    version: 1,
    open: async (means) => new VerilogWorkshop(means, options, await readPile(means.root)),
  }
}

export const verilog: ForgeSource<Plan> = verilogWith()

class VerilogWorkshop implements Workshop<Plan> {
  readonly #means: Means
  readonly #options: VerilogOptions
  readonly #pile: Pile
  readonly #expanded = new Map<string, Promise<Expanded>>()
  #entries: ReadonlyMap<string, Entry> | undefined

  constructor(means: Means, options: VerilogOptions, pile: Pile) {
    this.#means = means
    this.#options = options
    this.#pile = pile
  }

  async find(): Promise<readonly RawItem[]> {
    return [...this.#byId().values()].map(({ item }) => item)
  }

  async understand(item: RawItem): Promise<Plan> {
    const { file, found } = this.#entryOf(item)
    if (found === undefined) {
      const why = this.#pile.unread.get(file)
      if (why !== undefined) throw new Fallen('too-large', `${file}: ${why}`)
      throw new Fallen(
        'does-not-compile',
        `${file}: ${this.#pile.sources.get(file)?.problem ?? 'it cannot be read'}`,
      )
    }
    await using lab = this.#means.openLab(`forge-verilog ${item.id}`)
    const parts = await closureOf(file, found.name, this.#pile, (path) => this.#expand(path, lab))
    const [reference, solution] = [underName(parts, 'RefModule'), underName(parts, 'TopModule')]
    refuse(reference, solution)
    const { netlist, optimised, parameters } = await elaborate(reference, lab)
    const { initialised, ...timing } = timingOf(netlist, optimised)
    if (timing.inputs.length > maxPorts || timing.outputs.length > maxPorts)
      throw new Fallen('too-large', `it has more than ${maxPorts} ports of one direction`)
    const probed = await probe(reference, timing, lab)
    const words = wordsOf(this.#pile, file, found)
    const plan = planSchema.parse({
      file,
      module: found.name,
      submodules: parts.slice(0, -1).map(({ name }) => name),
      reference,
      solution,
      parameters,
      ...timing,
      ...(probed.cyclesToKnown !== undefined && { cyclesToKnown: probed.cyclesToKnown }),
      ...(initialised && { initial: probed.initial }),
      description: await this.#describe(file, found.name, words.text, timing, probed),
      portComments: words.ports,
      licence: words.licence,
      notes: [],
      stimulus: {
        seed: seedFor(item.id),
        phases: 12,
        cycles: timing.clock === undefined ? 400 : 256,
        directed: [],
      },
    } satisfies Plan)
    return await strengthen(item.id, plan, lab)
  }

  async write(_item: RawItem, plan: Plan): Promise<FileSet> {
    return filesOf(plan)
  }

  isLive(): boolean {
    return false
  }

  async prove(task: Task, plan: Plan, reach: (stage: 'started' | 'answered') => void) {
    await using lab = this.#means.openLab(`forge-verilog-proof ${task.id}`)
    return await prove(task as Task<HardwareKey>, plan, lab, reach)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#expanded.clear()
  }

  #byId(): ReadonlyMap<string, Entry> {
    this.#entries ??= new Map(entriesOf(this.#pile).map((entry) => [entry.item.id, entry]))
    return this.#entries
  }

  #entryOf({ id }: RawItem): Entry {
    const entry = this.#byId().get(id)
    if (entry === undefined)
      throw new Fallen('unreadable', `${id} is not among the modules of this directory`)
    return entry
  }

  #expand(file: string, lab: Lab): Promise<Expanded> {
    const before = this.#expanded.get(file)
    if (before !== undefined) return before
    const begun = expand(file, this.#pile, lab)
    this.#expanded.set(file, begun)
    // A file that the machine could not expand may be asked for again.
    begun.catch((thrown) => {
      if (!(thrown instanceof Fallen)) this.#expanded.delete(file)
    })
    return begun
  }

  async #describe(
    file: string,
    module: string,
    comment: string,
    timing: Pick<Plan, 'inputs' | 'outputs' | 'clock' | 'registers'>,
    { rows }: Probed,
  ): Promise<Plan['description']> {
    // A text of its own was written for a reader who does not see the source.
    const beside = await textBeside(this.#means.root, this.#pile, file, module)
    if (beside !== undefined) return beside
    if (says(comment, module)) return { kind: 'comment', text: comment }
    const outputBits = timing.outputs.reduce((sum, { width }) => sum + width, 0)
    if (timing.registers === 0 && rows.length > 0 && outputBits <= maxTableOutput)
      return { kind: 'table', rows: rows.map(([from, to]): [string, string] => [from, to]) }
    if (this.#options.describe === 'names') return { kind: 'names' }
    throw new Fallen(
      'no-description',
      `nothing says what it does: no comment before ${module}, no text beside its file, and more than ${maxTableBits} bits of inputs or registers, too much for a table`,
    )
  }
}

function seedFor(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() & 0x3fffffff
}
