import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Json } from '../../../core/environment.ts'
import type { Desk, OpenProof } from './desk.ts'
import { dialects } from './dialect.ts'
import { stateAsData } from './words.ts'
import { cut, failure } from './workbench.ts'

const input = z.object({
  state: z.string(),
  tactics: z
    .array(z.string())
    .max(60)
    .optional()
    .describe('what to try, each alone, without the final dot; automation where absent'),
  seconds: z
    .number()
    .positive()
    .max(120)
    .optional()
    .describe('for each of them: 2 in Rocq and 10 in Lean, where stopping one takes long, if absent'),
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
  /** Automation that is not there, by proof: what a context has does not change. */
  const absent = new WeakMap<OpenProof, Set<string>>()
  return deed({
    description:
      'Tries automation (Rocq: auto, lia, congruence, eauto, intuition, firstorder, sauto; Lean: rfl, decide, simp, simp_all, omega, norm_num, linarith, nlinarith, aesop, exact?), or tactics that you name, on the first goal of a state: says which close it and which make progress, with the states they lead to. lia needs "From Coq Require Import Lia.", sauto "From Hammer Require Import Tactics.", and norm_num, linarith, nlinarith and aesop Mathlib.',
    input,
    async run({ state, tactics, seconds, first }, signal) {
      const { node, proof } = desk.find(state)
      const dialect = dialects[proof.prover]
      const before = node.state.goals.length
      if (before === 0) return failure('there is no goal in focus in that state')
      const missing = absent.get(proof) ?? new Set<string>()
      absent.set(proof, missing)
      const options = { seconds: seconds ?? dialect.hintSeconds, ...(signal && { signal }) }
      const tried: Tried[] = []
      for (const tactic of tactics ?? dialect.automation.filter((each) => !missing.has(each))) {
        const { step, node: next } = await desk.step(state, dialect.progress(tactic), options)
        if (step.kind === 'limit') tried.push({ tactic, outcome: 'limit' })
        else if (step.kind === 'error') {
          if (dialect.isMissing(step.message)) missing.add(tactic)
          const outcome = missing.has(tactic) ? 'missing' : 'fails'
          tried.push({ tactic, outcome, message: cut(step.message, 300) })
        } else if (next && !isDeepStrictEqual({ ...next.state, id: '' }, { ...node.state, id: '' })) {
          const goals = next.state.goals.length
          const outcome = goals < before && next.state.givenUp === node.state.givenUp ? 'closes' : 'progress'
          const message = cut(step.messages.join('\n'), 300)
          tried.push({
            tactic,
            outcome,
            goals,
            state: next.id,
            after: stateAsData(next.id, next.state),
            ...(message !== '' && { message }),
          })
          if (first && outcome === 'closes') break
        } else tried.push({ tactic, outcome: 'fails', message: 'it changes nothing' })
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

function inWords({ tactic, outcome, state, goals, message }: Tried): string {
  const says = message === undefined ? '' : `\n    ${message.replaceAll('\n', '\n    ')}`
  if (outcome === 'closes') return `${tactic}: closes the goal, ${goals} left: state ${state}${says}`
  if (outcome === 'progress') return `${tactic}: changes it, ${goals} goals: state ${state}${says}`
  if (outcome === 'missing') return `${tactic}: is not imported here`
  return `${tactic}: ${outcome === 'limit' ? 'takes too long' : 'does nothing'}`
}
