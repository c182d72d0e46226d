import { LimitReached } from './errors.ts'
import type { Limits } from './limits.ts'
import type { ModelReply } from './model.ts'

/**
 * What a trial has used and may still use. The trial loop charges it; agents read it to stop in time by
 * themselves.
 */
export class Budget {
  readonly limits: Limits
  /** `performance.now()` when the agent's part began. */
  startedAt: number
  turns = 0
  inputTokens = 0
  outputTokens = 0
  costUsd = 0
  /** False once a reply came without a price: `costUsd` is then a lower bound. */
  costKnown = true

  constructor(limits: Limits, startedAt: number = performance.now()) {
    this.limits = limits
    this.startedAt = startedAt
  }

  get tokens(): number {
    return this.inputTokens + this.outputTokens
  }

  get tokensLeft(): number {
    return Math.max(0, this.limits.tokens - this.tokens)
  }

  get secondsLeft(): number {
    return Math.max(0, this.limits.wallSeconds - (performance.now() - this.startedAt) / 1000)
  }

  /** Called before each model request. Throws `LimitReached` where none may be made. */
  beginTurn(): void {
    if (this.turns >= this.limits.turns) throw new LimitReached('turns', `${this.turns} turns are used`)
    if (this.tokensLeft === 0)
      throw new LimitReached('tokens', `${this.tokens} of ${this.limits.tokens} tokens are used`)
    if (this.costUsd >= this.limits.costUsd) {
      throw new LimitReached('cost', `$${this.costUsd.toFixed(4)} of $${this.limits.costUsd} are spent`)
    }
    this.turns++
  }

  /** A cached reply is charged like a fresh one, so that a second run ends where the first did. */
  charge(reply: Pick<ModelReply, 'usage' | 'costUsd'>): void {
    this.inputTokens += reply.usage.inputTokens
    this.outputTokens += reply.usage.outputTokens
    if (reply.costUsd === null) this.costKnown = false
    else this.costUsd += reply.costUsd
  }
}
