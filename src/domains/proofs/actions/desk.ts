import { UsageError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import { contextPath, nameIn, type Posed } from '../brief.ts'
import type { ProofSession, ProofState, Prover, Step, StepOptions } from '../prover.ts'

/** Proofs that are open at once: each keeps its states. */
const mostProofs = 64

/** What a proof is opened from, besides the task's own prelude. */
export interface Wish {
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
  readonly name: string
  readonly statement: string
  /** What stands between the task's prelude and the statement: imports, definitions, lemmas with their proofs. */
  readonly additions: readonly string[]
  /** The task's own theorem: its proof is the answer. */
  readonly isTask: boolean
  readonly session: ProofSession
  readonly nodes: Map<string, Node>
}

/** The proofs of one environment. The prover starts with the first of them. */
export class Desk implements AsyncDisposable {
  readonly posed: Posed | undefined
  readonly #start: () => Prover
  #prover: Prover | undefined
  readonly #proofs = new Map<string, OpenProof>()
  /** Lemmas that were proved here, by name: their additions, then themselves. */
  readonly #lemmas = new Map<string, readonly string[]>()
  #count = 0

  constructor(posed: Posed | undefined, start: () => Prover) {
    this.posed = posed
    this.#start = start
  }

  /** Throws `UsageError` with the prover's words where the statement or what stands before it is refused. */
  async open({
    statement,
    before,
    using,
  }: Wish): Promise<{ readonly proof: OpenProof; readonly root: Node }> {
    const wanted = statement ?? this.posed?.statement
    if (wanted === undefined)
      throw new UsageError(
        'no-statement',
        'the task has no Answer.v with a statement in it: give "statement"',
      )
    const name = nameIn(wanted)
    if (name === undefined)
      throw new UsageError('bad-statement', 'a statement is one sentence, like "Lemma name : proposition."')
    if (this.#proofs.size >= mostProofs)
      throw new UsageError('too-many', `${mostProofs} proofs are open already`)
    const additions = this.#additions(before, using)
    this.#prover ??= this.#start()
    const { context, prelude } = this.posed ?? { context: undefined, prelude: '' }
    const session = await this.#prover.open({
      context: [prelude, ...additions].filter((part) => part !== '').join('\n'),
      statement: wanted.trim(),
      ...(context !== undefined && { files: fileSet({ [contextPath]: context }) }),
    })
    const id = `p${++this.#count}`
    const isTask = name === this.posed?.name && same(wanted, this.posed.statement)
    const proof = { id, name, statement: wanted.trim(), additions, isTask, session, nodes: new Map() }
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
  textOf(proof: OpenProof, node: Node): string {
    const script = proof.session.script(node.state.id)
    const lines = /^Proof\b/.test(script[0] ?? '') ? script : ['Proof.', ...script]
    return [proof.statement, ...lines.map((line, at) => (at === 0 ? line : `  ${line}`)), 'Qed.'].join('\n')
  }

  /** An answer file: the task's prelude, the additions, the theorem. */
  fileOf(proof: OpenProof, text: string): string {
    const parts = [this.posed?.prelude ?? '', ...proof.additions, text]
    return `${parts.filter((part) => part !== '').join('\n\n')}\n`
  }

  keepLemma(proof: OpenProof, text: string): void {
    this.#lemmas.set(proof.name, [...proof.additions, text])
  }

  #additions(before: string | undefined, using: readonly string[]): string[] {
    const parts = using.flatMap((name) => {
      const lemma = this.#lemmas.get(name)
      if (lemma) return lemma
      const known = [...this.#lemmas.keys()].join(', ') || 'none'
      throw new UsageError(
        'no-lemma',
        `no lemma "${name.slice(0, 100)}" was finished with "qed"; there are: ${known}`,
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
    await this.#prover?.[Symbol.asyncDispose]()
  }
}

function same(one: string, other: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim()
  return plain(one) === plain(other)
}
