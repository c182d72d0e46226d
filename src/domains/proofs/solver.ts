import type { Agent } from '../../core/agent.ts'
import { emptySubmission } from '../../core/submission.ts'
import { Search } from './solver-search.ts'

/** Seconds of looking for one proof. */
const patience = 45
/** Left for ending the proof: the kernel, the file, its compilation. */
const reserve = 15

/** What the search would like to have, as long as the task's context goes with it. */
const imports = ['From Coq Require Import Arith Lia.', undefined]

/**
 * An agent without a model, for the first line of every table: automation, then induction, case analysis, rewriting with
 * hypotheses and with what a search for lemmas finds, a few levels deep. Hands in the proof it finds, or nothing. It sees
 * what any agent sees, and never consults the judge.
 */
export const baseline: Agent = {
  name: 'baseline',
  async attempt(environment, means) {
    const nothing = emptySubmission(environment.brief.answer)
    const seconds = Math.min(patience, means.budget.secondsLeft - reserve)
    if (seconds <= 0) return nothing
    const search = new Search(environment, means.signal, seconds)
    for (const before of imports) {
      const opened = await environment.act('open', before === undefined ? {} : { before }, means.signal)
      if (!opened.ok) {
        means.say(`The theorem cannot be opened: ${opened.text}`)
        continue
      }
      const found = await search.prove(opened.data)
      if (found === undefined) {
        means.say(`No proof found within ${Math.round(seconds)} s and ${search.steps} steps.`)
        return nothing
      }
      const { ok, text } = await environment.act('qed', { state: found }, means.signal)
      means.say(ok ? `Proved; steps tried: ${search.steps}.` : `The proof was found and not taken: ${text}`)
      return ok ? await environment.collect() : nothing
    }
    return nothing
  },
}
