import type { JournalEvent, Totals } from '../../core/events.ts'

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

/** What the model replies of a trial cost, over all its attempts: a void or cut-off one has its price too. */
export type Spent = Pick<Totals, 'inputTokens' | 'outputTokens' | 'costUsd' | 'costKnown'>

/** Where a trial stood when it had found a better candidate than any before. */
export interface CurvePoint extends Spent {
  /** Its number. */
  readonly candidate: number
  readonly score: number
  readonly by: 'judge' | 'rating' | 'nobody'
  /** Of all candidates so far: compiling, checking and measuring them. */
  readonly machineSeconds: number
  /** Wall time of the agent's part so far. */
  readonly seconds: number
}

/** What a trial has cost so far, and what it had for that; of all its attempts. */
export interface Account {
  readonly spent: Spent
  readonly candidates: number
  readonly machineSeconds: number
  /** Each candidate that was better than all before it, by the same measure; empty where the agent told of none. */
  readonly curve: readonly CurvePoint[]
}

export const nothingSpent: Spent = { inputTokens: 0, outputTokens: 0, costUsd: 0, costKnown: true }
export const emptyAccount: Account = { spent: nothingSpent, candidates: 0, machineSeconds: 0, curve: [] }

/** The account alone, of what has more than that. */
export function accountOf({ spent, candidates, machineSeconds, curve }: Account = emptyAccount): Account {
  return { spent, candidates, machineSeconds, curve }
}

export function plus(a: Spent, b: Spent): Spent {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costUsd: a.costUsd + b.costUsd,
    costKnown: a.costKnown && b.costKnown,
  }
}

/** The account after one more event. */
export function accounted(
  account: Account,
  event: Pick<Of<'reply'>, 'type' | 'usage' | 'costUsd'> | Omit<Of<'candidate'>, 'seq' | 'at'>,
): Account {
  if (event.type === 'reply') {
    const { usage, costUsd } = event
    return {
      ...accountOf(account),
      spent: plus(account.spent, { ...usage, costUsd: costUsd ?? 0, costKnown: costUsd !== null }),
    }
  }
  const { id, score, by, cost, seconds } = event
  const { spent, curve } = account
  const machineSeconds = account.machineSeconds + cost.machineSeconds
  const best = curve.at(-1)
  // The judge's scores and ratings are no points of one curve: those that came first make it.
  const better = score !== null && (!best || (by === best.by && score > best.score))
  return {
    spent,
    candidates: account.candidates + 1,
    machineSeconds,
    curve: better ? [...curve, { candidate: id, score, by, machineSeconds, seconds, ...spent }] : curve,
  }
}
