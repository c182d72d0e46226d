import type { Model } from '../../core/model.ts'
import type { Repair } from './record.ts'

export type Spent = Pick<Repair, 'requests' | 'inputTokens' | 'outputTokens' | 'costUsd' | 'costKnown'>

/** A model that keeps count of what it is asked, and what that cost. Replies from the disk cost nothing now. */
export function metered(model: Model): { readonly model: Model; spent(): Spent } {
  const spent = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, costKnown: true }
  return {
    model: {
      name: model.name,
      async generate(request, signal) {
        const reply = await model.generate(request, signal)
        spent.requests++
        spent.inputTokens += reply.usage.inputTokens
        spent.outputTokens += reply.usage.outputTokens
        if (reply.costUsd === null) spent.costKnown = false
        else if (!reply.cached) spent.costUsd += reply.costUsd
        return reply
      },
    },
    spent: () => ({ ...spent }),
  }
}
