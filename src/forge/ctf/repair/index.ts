import { z } from 'zod'
import { messageOf } from '../../../core/errors.ts'
import type { Message, Model, ModelReply } from '../../../core/model.ts'
import { Fallen } from '../../source.ts'
import type { Facts } from '../facts.ts'
import { type Decision, type Plan, planSchema, type ServicePlan } from '../plan.ts'
import { patched, patchSchema, Refused } from './patch.ts'
import { questionOf, system } from './question.ts'

export interface RepairMeans {
  readonly plan: Plan
  readonly facts: Facts
  /** Why the proof of the plan failed. */
  readonly fallen: Fallen
  readonly model: Model
  readonly signal: AbortSignal
}

/** What a plan can hold; older repairs are forgotten first. */
const mostDecisions = 40

/**
 * Asks a model for another way to serve the challenge. Its answer is hostile text: it changes how the service runs inside
 * its sandbox and nothing else of the plan, and it may not put a server of its own in the challenge's place. An answer that
 * will not do is told to the model once. What it changed and what it cost is a decision of the new plan. Throws `Fallen`
 * (`not-repairable`, `repair-refused`), and what the model throws.
 */
export async function repairPlan({ plan, facts, fallen, model, signal }: RepairMeans): Promise<Plan> {
  const { service } = plan
  if (!service)
    throw new Fallen('not-repairable', 'it has no service that could be repaired', { cause: fallen })
  const known = new Set(facts.files.map(({ path }) => path))
  const messages: Message[] = [{ role: 'user', text: questionOf(plan, service, facts, fallen) }]
  const replies: ModelReply[] = []
  let refused = ''
  for (let attempt = 0; attempt < 2; attempt++) {
    const reply = await model.generate({ system, messages, draw: `repair/${attempt}` }, signal)
    replies.push(reply)
    try {
      const next = patched(service, patchOf(reply.message.text), known)
      const decisions = [
        ...plan.decisions.slice(-(mostDecisions - 1)),
        noteOf(service, next, fallen, model, replies),
      ]
      return planSchema.parse({ ...plan, service: next, decisions })
    } catch (thrown) {
      if (!(thrown instanceof Refused) && !(thrown instanceof z.ZodError)) throw thrown
      refused = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown)
      messages.push(reply.message, {
        role: 'user',
        text: `That will not do: ${refused.slice(0, 2000)}\nAnswer again with the whole JSON object, repaired.`,
      })
    }
  }
  throw new Fallen(
    'repair-refused',
    `${model.name} gave no change that may be made (${costOf(replies)}): ${refused.slice(0, 500)}; before: ${fallen.kind}: ${fallen.message}`,
    { log: fallen.log, cause: fallen },
  )
}

/** The last JSON object of a reply: in a fence, or the reply itself. */
function patchOf(reply: string): z.infer<typeof patchSchema> {
  const fences = [...reply.matchAll(/```[a-z]*[ \t]*\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')
  const text = fences.at(-1) ?? reply
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    throw new Refused(`it is no JSON object in a fenced block: ${messageOf(thrown)}`)
  }
  return patchSchema.parse(value)
}

/** Kept in the plan, and so in the record and the report. */
function noteOf(
  before: ServicePlan,
  after: ServicePlan,
  fallen: Fallen,
  model: Model,
  replies: readonly ModelReply[],
): Decision {
  const changed = (Object.keys(after) as (keyof ServicePlan)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
  const said = changed.map((name) => `${name} = ${JSON.stringify(after[name])}`.slice(0, 300)).join('; ')
  return {
    what: 'program',
    choice: `changed by ${model.name}: ${said}`.slice(0, 2000),
    why: `${fallen.kind}: ${fallen.message.slice(0, 300)} (${costOf(replies)})`,
    confidence: 0.5,
  }
}

function costOf(replies: readonly ModelReply[]): string {
  const sum = (of: (reply: ModelReply) => number) => replies.reduce((total, reply) => total + of(reply), 0)
  const tokens = `${sum(({ usage }) => usage.inputTokens)} tokens in, ${sum(({ usage }) => usage.outputTokens)} out`
  const priced = replies.every(({ costUsd }) => costUsd !== null)
  return priced ? `${tokens}, $${sum(({ costUsd }) => costUsd ?? 0).toFixed(4)}` : `${tokens}, price unknown`
}
