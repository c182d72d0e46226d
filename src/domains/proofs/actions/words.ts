import type { Json } from '../../../core/environment.ts'
import type { Goal, ProofState } from '../prover.ts'
import { cut } from './workbench.ts'

/** Goals that are shown with their hypotheses; of further ones the conclusion alone. */
const wholeGoals = 3
const listedGoals = 20
const goalCharacters = 4000

/** A state as a prover's user reads it. */
export function stateInWords(id: string, state: ProofState): string {
  const { goals, waiting, shelved, givenUp } = state
  const rest = [
    waiting > 0 ? `${waiting} outside the focus (end the bullet or brace to reach them)` : '',
    shelved > 0 ? `${shelved} left inside the proof (in Rocq, Unshelve brings them back)` : '',
    givenUp > 0 ? `${givenUp} given up: such a proof is not accepted` : '',
  ].filter((part) => part !== '')
  const others = rest.length > 0 ? `\nBesides: ${rest.join('; ')}.` : ''
  if (state.done) return `State ${id}: no goals. Hand the proof in with "qed".`
  if (goals.length === 0) return `State ${id}: no goal in focus.${others}`
  const shown = goals.slice(0, listedGoals).map((goal, at) => {
    const title = goals.length === 1 ? '' : `Goal ${at + 1} of ${goals.length}\n`
    return title + (at < wholeGoals ? goalInWords(goal) : `⊢ ${cut(goal.conclusion, 500)}`)
  })
  const hidden = goals.length > listedGoals ? [`… and ${goals.length - listedGoals} more goals`] : []
  return `State ${id}:\n${[...shown, ...hidden].join('\n\n')}${others}`
}

function goalInWords({ name, hypotheses, conclusion }: Goal): string {
  const lines = hypotheses.map(
    ({ names, type, body }) => `${names.join(', ')}${body === undefined ? '' : ` := ${body}`} : ${type}`,
  )
  const named = name === undefined ? [] : [`case ${name}`]
  return cut([...named, ...lines, `⊢ ${conclusion}`].join('\n'), goalCharacters)
}

/** A state as data: what programs search with. */
export function stateAsData(id: string, state: ProofState): Json {
  return {
    state: id,
    done: state.done,
    goals: state.goals.map(({ name, hypotheses, conclusion }) => ({
      ...(name !== undefined && { name }),
      hypotheses: hypotheses.map(({ names, type, body }) => ({
        names: [...names],
        type,
        ...(body !== undefined && { body }),
      })),
      conclusion,
    })),
    waiting: state.waiting,
    shelved: state.shelved,
    given_up: state.givenUp,
  }
}
