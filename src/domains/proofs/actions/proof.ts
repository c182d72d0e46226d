import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { answerPaths } from '../key.ts'
import { proverNames, type Step } from '../prover.ts'
import { told } from './check.ts'
import type { Desk, Node, OpenProof } from './desk.ts'
import { dialects } from './dialect.ts'
import { stateAsData, stateInWords } from './words.ts'
import { cut, failure } from './workbench.ts'

const open = z.object({
  prover: z
    .enum(proverNames)
    .optional()
    .describe('rocq or lean; the one that the task states its theorem for where absent, Rocq before Lean'),
  statement: z
    .string()
    .optional()
    .describe(
      'a lemma of your own: "Lemma name : proposition." (Rocq), "theorem name : proposition" (Lean); the theorem of the task where absent',
    ),
  before: z
    .string()
    .optional()
    .describe(
      'what stands between the imports of the task and the statement: further imports ("From Coq Require Import Lia."), definitions, lemmas with their proofs',
    ),
  using: z.array(z.string()).default([]).describe('names of lemmas that you finished with "qed" here'),
})
const tactic = z.object({
  state: z.string().describe('any state of any open proof: "p1.s0" is where the first proof starts'),
  tactic: z
    .string()
    .describe(
      'one tactic, or several: "intros n. induction n." (Rocq), on lines of their own (Lean). Works on the first goal.',
    ),
  seconds: z.number().positive().max(120).default(10).describe('after which it is stopped'),
})
const states = z.object({
  proof: z.string().optional().describe('such as "p1"; the last opened where absent'),
})
const qed = z.object({ state: z.string().describe('one that has no goals left') })

const shownNodes = 200
const onlyOne = 'Only one of Answer.v and Answer.lean may be filled in: leave the other as the task gave it.'

/** `open`, `tactic`, `states` and `qed`. */
export function proofDeeds(desk: Desk, sandbox: Sandbox) {
  return {
    open: deed({
      description:
        'Starts a proof of the theorem of the task, or of a lemma of your own, and shows its first state. Earlier proofs stay open.',
      input: open,
      async run(wish) {
        const { proof, root } = await desk.open(wish)
        const whose = proof.isTask ? 'the theorem of the task' : 'a lemma of your own'
        return {
          ok: true,
          text: `Proof ${proof.id}: ${proof.name}, ${whose}, in ${dialects[proof.prover].title}.\n${stateInWords(root.id, root.state)}`,
          data: {
            proof: proof.id,
            prover: proof.prover,
            task: proof.isTask,
            ...asObject(stateAsData(root.id, root.state)),
          },
        }
      },
    }),
    tactic: deed({
      description:
        'Runs a tactic in a state and shows the state that it leads to. The state it was taken from stays: try as many as you like in the same one.',
      input: tactic,
      async run({ state, tactic, seconds }, signal) {
        const { step, node } = await desk.step(state, tactic, { seconds, ...(signal && { signal }) })
        if (!node || step.kind !== 'state') return refusal(step, tactic)
        const messages = step.messages.join('\n').trim()
        const words = stateInWords(node.id, node.state)
        return {
          ok: true,
          text: messages === '' ? words : `${cut(messages)}\n${words}`,
          data: stateAsData(node.id, node.state),
        }
      },
    }),
    states: deed({
      description: 'Shows all states of a proof as a tree, each with the tactic that led to it.',
      input: states,
      async run({ proof: id }) {
        const proof = desk.proof(id)
        if (!proof)
          return failure(id === undefined ? 'no proof is open: call "open" first' : `no proof ${id}`)
        const nodes = [...proof.nodes.values()]
        return {
          ok: true,
          text: cut(treeOf(proof, nodes)),
          data: nodes.map(({ id: state, parent, tactic: taken, state: { goals, done } }) => ({
            state,
            parent: parent ?? null,
            tactic: taken,
            goals: goals.length,
            done,
          })),
        }
      },
    }),
    qed: deed({
      description:
        'Ends a proof that has no goals left. For the theorem of the task it writes Answer.v (Answer.lean), with the lemmas it was opened with, and compiles it. A lemma of your own is kept: open the theorem with its name in "using".',
      input: qed,
      async run({ state }, signal) {
        const { proof, node } = desk.find(state)
        if (!node.state.done) return failure(`not finished yet.\n${stateInWords(node.id, node.state)}`)
        const closed = await proof.session.close(node.state.id, { seconds: 60, ...(signal && { signal }) })
        if (!closed.ok) return failure(`the kernel does not take it: ${cut(closed.message)}`)
        const text = desk.textOf(proof, node)
        if (!proof.isTask) {
          desk.keepLemma(proof, text)
          const again = `${proof.name} is kept: open with using: ["${proof.name}"].`
          return { ok: true, text: `${cut(text)}\n${again}`, data: { proof: proof.id, text } }
        }
        const file = desk.fileOf(proof, text)
        const { prover } = proof
        const path = answerPaths[prover]
        await sandbox.write(fileSet({ [path]: file }))
        const compiled = await dialects[prover].compile(sandbox, file, desk.posed[prover], signal)
        const said = told(path, file, compiled)
        const once = Object.keys(desk.posed).length > 1 ? `\n${onlyOne}` : ''
        return { ...said, text: `Wrote ${path}:\n${cut(file)}\n${said.text}${once}` }
      },
    }),
  }
}

function refusal(step: Step, tactic: string) {
  if (step.kind === 'limit')
    return { ok: false, text: step.message, data: { error: step.message, limit: step.limit } }
  if (step.kind === 'error') {
    const at = step.at && tactic.slice(...step.at)
    const where = at && at !== tactic ? `\nat "${cut(at, 300)}"` : ''
    return { ok: false, text: cut(step.message) + where, data: { error: step.message } }
  }
  return failure('the step led nowhere')
}

function treeOf(proof: OpenProof, nodes: readonly Node[]): string {
  const below = new Map<string | undefined, Node[]>()
  for (const node of nodes) below.set(node.parent, [...(below.get(node.parent) ?? []), node])
  const lines: string[] = [`Proof ${proof.id}: ${cut(proof.statement, 500)}`]
  const queue = (below.get(undefined) ?? []).map((node) => ({ node, depth: 0 }))
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { node, depth } = next
    const { goals, done } = node.state
    const end = done ? 'no goals' : `${goals.length} goal${goals.length === 1 ? '' : 's'}`
    lines.push(`${'  '.repeat(Math.min(depth, 20))}${node.id} ${cut(node.tactic, 200)} [${end}]`)
    const children = below.get(node.id) ?? []
    for (const child of children.toReversed()) queue.push({ node: child, depth: depth + 1 })
    if (lines.length > shownNodes) return [...lines, `… of ${nodes.length} states`].join('\n')
  }
  return lines.join('\n')
}

function asObject(data: unknown) {
  return data as Record<string, never>
}
