import type { ProofState } from '../prover.ts'
import { goalOf } from './goals.ts'
import type { StateReply } from './replies.ts'

export function rootState(id: string, { goals }: StateReply): ProofState {
  return { id, goals: goals.map(goalOf), waiting: 0, shelved: 0, givenUp: 0, done: false }
}

/**
 * A state from its reply and the one before it. The REPL counts no goals but those in focus: holes are added up from what
 * each step reports, and of those that nobody reports, as of goals that were left without a name, only that there is one.
 */
export function stateOf(id: string, reply: StateReply, before: ProofState): ProofState {
  const goals = reply.goals.map(goalOf)
  const status = reply.proofStatus ?? ''
  const holes = before.givenUp + (reply.sorries?.length ?? 0)
  const givenUp = holes === 0 && /^Incomplete\b.*\bsorry\b/.test(status) ? 1 : holes
  const shelved = goals.length === 0 && /^Incomplete\b.*\bmetavariable/.test(status) ? 1 : 0
  const incomplete = /^Incomplete\b/.test(status)
  return {
    id,
    goals,
    waiting: 0,
    shelved,
    givenUp,
    done: goals.length === 0 && givenUp === 0 && shelved === 0 && !incomplete,
  }
}
