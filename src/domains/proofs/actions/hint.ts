import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Json } from '../../../core/environment.ts'
import type { Desk } from './desk.ts'
import { stateAsData } from './words.ts'
import { cut, failure } from './workbench.ts'

/** Rocq's automation, quick ones first. Those that are not imported are said to be missing. */
export const automation: readonly string[] = [
  'auto',
  'lia',
  'congruence',
  'eauto',
  'intuition',
  'firstorder',
  'sauto',
]

const input = z.object({
  state: z.string(),
  tactics: z
    .array(z.string())
    .max(60)
    .default([...automation])
    .describe('what to try, each alone, without the final dot; automation where absent'),
  seconds: z.number().positive().max(30).default(2).describe('for each of them'),
  first: z.boolean().default(false).describe('stop at the first that closes the goal'),
})

type Outcome = 'closes' | 'progress' | 'fails' | 'limit' | 'missing'

/** What became of one tactic. Where it works, the state that it leads to. */
interface Tried {
  readonly tactic: string
  readonly outcome: Outcome
  readonly message?: string
  readonly state?: string
  readonly goals?: number
  readonly after?: Json
}

/** `hint`. */
export function hintDeed(desk: Desk) {
  return deed({
    description:
      'Tries automation (auto, lia, congruence, eauto, intuition, firstorder, sauto), or tactics that you name, on the first goal of a state: says which close it and which make progress, with the states they lead to. lia needs "From Coq Require Import Lia.", sauto "From Hammer Require Import Tactics."',
    input,
    async run({ state, tactics, seconds, first }, signal) {
      const { node } = desk.find(state)
      const before = node.state.goals.length
      if (before === 0) return failure('there is no goal in focus in that state')
      const tried: Tried[] = []
      for (const tactic of tactics) {
        const options = { seconds, ...(signal && { signal }) }
        const { step, node: next } = await desk.step(state, `progress (${tactic}).`, options)
        if (step.kind === 'limit') tried.push({ tactic, outcome: 'limit' })
        else if (step.kind === 'error') {
          const missing = /reference \S+ was not found|is not a tactic known/.test(step.message)
          tried.push({ tactic, outcome: missing ? 'missing' : 'fails', message: cut(step.message, 300) })
        } else if (next) {
          const goals = next.state.goals.length
          const outcome = goals < before && next.state.givenUp === node.state.givenUp ? 'closes' : 'progress'
          tried.push({ tactic, outcome, goals, state: next.id, after: stateAsData(next.id, next.state) })
          if (first && outcome === 'closes') break
        }
      }
      const helpful = tried.some(({ outcome }) => outcome === 'closes' || outcome === 'progress')
      return {
        ok: helpful,
        text: tried.map(inWords).join('\n'),
        data: tried.map((entry) => ({ ...entry })) as Json,
      }
    },
  })
}

function inWords({ tactic, outcome, state, goals }: Tried): string {
  if (outcome === 'closes') return `${tactic}: closes the goal, ${goals} left: state ${state}`
  if (outcome === 'progress') return `${tactic}: changes it, ${goals} goals: state ${state}`
  if (outcome === 'missing') return `${tactic}: is not imported here`
  return `${tactic}: ${outcome === 'limit' ? 'takes too long' : 'does nothing'}`
}
