import { UsageError } from '../../../core/errors.ts'
import type { PosedByProver } from '../brief.ts'
import {
  type ProofSession,
  type ProofState,
  type Prover,
  type ProverName,
  proverNames,
  type Step,
  type StepOptions,
} from '../prover.ts'
import { dialects } from './dialect.ts'

/** Proofs that are open at once: each keeps its states. */
const mostProofs = 64

/** What a proof is opened from, besides the task's own prelude. */
export interface Wish {
  /** Absent: the first of those that the task states its theorem for and that are there. */
  readonly prover?: ProverName | undefined
  /** Absent: the task's own theorem. */
  readonly statement?: string | undefined
  readonly before?: string | undefined
  readonly using: readonly string[]
}

/** A state and what it was reached by. */
export interface Node {
  readonly id: string
  readonly parent: string | undefined
  readonly tactic: string
  readonly state: ProofState
}

/** One theorem that is being proved. Its states are known by `p1.s0`, `p1.s1`, …: the proof and the session's own id. */
export interface OpenProof {
  readonly id: string
  readonly prover: ProverName
  readonly name: string
  readonly statement: string
  /** What stands between the task's prelude and the statement: imports, definitions, lemmas with their proofs. */
  readonly additions: readonly string[]
  /** The task's own theorem: its proof is the answer. */
  readonly isTask: boolean
  readonly session: ProofSession
  readonly nodes: Map<string, Node>
}

/** A prover that may be had. */
export interface Supply {
  /** Why it cannot be had here, or undefined where it can. */
  missing(): Promise<string | undefined>
  start(): Promise<Prover>
}

/** The proofs of one environment. A prover starts with the first proof in it. */
export class Desk implements AsyncDisposable {
  readonly posed: PosedByProver
  readonly #supplies: Readonly<Record<ProverName, Supply>>
  readonly #provers = new Map<ProverName, Promise<Prover>>()
  readonly #proofs = new Map<string, OpenProof>()
  /** Lemmas that were proved here, by prover and name: their additions, then themselves. */
  readonly #lemmas = new Map<string, readonly string[]>()
  #count = 0

  constructor(posed: PosedByProver, supplies: Readonly<Record<ProverName, Supply>>) {
    this.posed = posed
    this.#supplies = supplies
  }

  /** Throws `UsageError` with the prover's words where the statement or what stands before it is refused. */
  async open(wish: Wish): Promise<{ readonly proof: OpenProof; readonly root: Node }> {
    const prover = await this.#choose(wish.prover)
    const dialect = dialects[prover]
    const posed = this.posed[prover]
    const given = wish.statement ?? posed?.statement
    if (given === undefined)
      throw new UsageError(
        'no-statement',
        `the task has no statement in ${dialect.title}: give "statement", like "${dialect.example}"`,
      )
    const statement = dialect.bare(given)
    const name = dialect.nameIn(statement)
    if (name === undefined)
      throw new UsageError('bad-statement', `a statement in ${dialect.title} is like "${dialect.example}"`)
    if (this.#proofs.size >= mostProofs)
      throw new UsageError('too-many', `${mostProofs} proofs are open already`)
    const additions = this.#additions(prover, wish)
    const session = await (await this.#prover(prover)).open({
      context: dialect.join([posed?.prelude ?? '', ...additions]),
      statement,
      ...(posed && posed.files.size > 0 && { files: posed.files }),
    })
    const id = `p${++this.#count}`
    const isTask = posed !== undefined && same(statement, dialect.bare(posed.statement))
    const proof = { id, prover, name, statement, additions, isTask, session, nodes: new Map() }
    this.#proofs.set(id, proof)
    return { proof, root: this.#enter(proof, undefined, '', session.root) }
  }

  /** Takes a step; the new state's node is undefined where there is none. */
  async step(
    from: string,
    tactic: string,
    options: StepOptions,
  ): Promise<{ step: Step; node: Node | undefined }> {
    const { proof, node } = this.find(from)
    const step = await proof.session.step(node.state.id, tactic, options)
    return { step, node: step.kind === 'state' ? this.#enter(proof, from, tactic, step.state) : undefined }
  }

  /** Throws `UsageError` (`no-state`) that says which there are. */
  find(id: string): { readonly proof: OpenProof; readonly node: Node } {
    const proof = this.#proofs.get(id.split('.')[0] ?? '')
    const node = proof?.nodes.get(id)
    if (proof && node) return { proof, node }
    const why = this.#proofs.size === 0 ? 'no proof is open: call "open" first' : 'call "states" to see them'
    throw new UsageError('no-state', `there is no state "${id.slice(0, 100)}"; ${why}`)
  }

  /** By id; the last one where that is absent. */
  proof(id: string | undefined): OpenProof | undefined {
    return id === undefined ? [...this.#proofs.values()].at(-1) : this.#proofs.get(id)
  }

  /** The whole proof as it stands in a file: the statement and the script. */
  textOf({ prover, session, statement }: OpenProof, node: Node): string {
    return dialects[prover].prove(statement, session.script(node.state.id))
  }

  /** An answer file: the task's prelude, the additions, the theorem, what follows it. */
  fileOf({ prover, additions }: OpenProof, text: string): string {
    const posed = this.posed[prover]
    return `${dialects[prover].join([posed?.prelude ?? '', ...additions, text, posed?.after ?? ''])}\n`
  }

  keepLemma({ prover, name, additions }: OpenProof, text: string): void {
    this.#lemmas.set(`${prover} ${name}`, [...additions, text])
  }

  /** What is asked for and not there is the agent's mistake; what the task needs and is not there is nobody's. */
  async #choose(wanted: ProverName | undefined): Promise<ProverName> {
    if (wanted !== undefined) {
      const why = await this.#supplies[wanted].missing()
      if (why !== undefined) throw new UsageError('no-prover', why)
      return wanted
    }
    const stated = proverNames.filter((name) => this.posed[name] !== undefined)
    const names = stated.length > 0 ? stated : proverNames
    for (const name of names.length > 1 ? names : [])
      if ((await this.#supplies[name].missing()) === undefined) return name
    return names[0] as ProverName
  }

  #prover(name: ProverName): Promise<Prover> {
    const known = this.#provers.get(name) ?? this.#supplies[name].start()
    this.#provers.set(name, known)
    known.catch(() => this.#provers.delete(name))
    return known
  }

  #additions(prover: ProverName, { before, using }: Wish): string[] {
    const parts = using.flatMap((name) => {
      const lemma = this.#lemmas.get(`${prover} ${name}`)
      if (lemma) return lemma
      const known = [...this.#lemmas.keys()]
        .filter((key) => key.startsWith(`${prover} `))
        .map((key) => key.slice(prover.length + 1))
      throw new UsageError(
        'no-lemma',
        `no lemma "${name.slice(0, 100)}" was finished with "qed"; there are: ${known.join(', ') || 'none'}`,
      )
    })
    return [...new Set([...parts, ...(before?.trim() ? [before.trim()] : [])])]
  }

  #enter(proof: OpenProof, parent: string | undefined, tactic: string, state: ProofState): Node {
    const node = { id: `${proof.id}.${state.id}`, parent, tactic, state }
    proof.nodes.set(node.id, node)
    return node
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await Promise.allSettled(this.#provers.values())
    for (const each of started) if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]()
  }
}

function same(one: string, other: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim()
  return plain(one) === plain(other)
}
