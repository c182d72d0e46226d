import type { Candidate } from '../core/candidate.ts'
import { encodeSubmission } from '../core/encoding.ts'
import { randomOf } from '../core/seed.ts'
import type { Submission } from '../core/submission.ts'

/** A candidate that somebody rated. */
export type Scored = Candidate & { readonly score: number }

/** What a search has found so far. */
export class Pool {
  readonly #size: number
  readonly #temperature: number
  /** The best ones, best first; the older of two equals first. */
  #kept: Scored[] = []
  readonly #seen = new Map<string, Scored>()

  /**
   * Of all candidates the best `size` may be chosen to go on from: otherwise many bad ones together would outweigh a few
   * good ones. `temperature` is a share of the best score.
   */
  constructor({ size, temperature }: { readonly size: number; readonly temperature: number }) {
    this.#size = size
    this.#temperature = temperature
  }

  get best(): Scored | undefined {
    return this.#kept[0]
  }

  /** The candidate that handed in the same, where there was one: it need not be rated again. */
  same(submission: Submission): Scored | undefined {
    return this.#seen.get(digestOf(submission))
  }

  add(candidate: Scored): void {
    this.#seen.set(digestOf(candidate.submission), candidate)
    this.#kept = [...this.#kept, candidate]
      .sort((a, b) => b.score - a.score || a.id - b.id)
      .slice(0, this.#size)
  }

  /** One to go on from, drawn by the softmax of the scores; the same for the same seed and candidates. */
  choose(seed: string): Scored | undefined {
    const { best } = this
    if (!best) return undefined
    const unit = this.#temperature * (Math.abs(best.score) || 1)
    const weights = this.#kept.map(({ score }) => Math.exp((score - best.score) / unit))
    let left = randomOf(seed)() * weights.reduce((sum, weight) => sum + weight, 0)
    for (const [at, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return this.#kept[at]
    }
    return best
  }
}

function digestOf(submission: Submission): string {
  return JSON.stringify(encodeSubmission(submission))
}
