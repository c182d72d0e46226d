import { quantileSorted } from 'simple-statistics'
import { seedOf } from '../../core/seed.ts'
import { nothingSpent, plus, type Spent } from '../journal/account.ts'
import type { Manifest } from '../manifest.ts'
import type { TrialResult } from '../results.ts'
import { estimateOf } from './interval.ts'
import { passAtK } from './pass-at-k.ts'
import type { Group, Spread } from './schema.ts'
import { SpeedupTally } from './speedups.ts'

/** Numbers that only grow in count, eight bytes each. */
class Numbers {
  #held = new Float64Array(64)
  #count = 0

  add(value: number): void {
    if (this.#count === this.#held.length) {
      const larger = new Float64Array(this.#count * 2)
      larger.set(this.#held)
      this.#held = larger
    }
    this.#held[this.#count++] = value
  }

  spread(): Spread | null {
    if (this.#count === 0) return null
    const sorted = this.#held.slice(0, this.#count).sort() as unknown as number[]
    const at = (share: number) => quantileSorted(sorted, share)
    return { min: at(0), p25: at(0.25), median: at(0.5), p75: at(0.75), p95: at(0.95), max: at(1) }
  }
}

type Who = Pick<Group, 'suite' | 'agent' | 'model'>

/** Counts the trials of one agent with one model on one suite, and forgets them. */
export class GroupTally {
  readonly #who: Who
  readonly #tasks = new Map<string, { judged: number; solved: number }>()
  readonly #outcomes = { solved: 0, unsolved: 0, rejected: 0, void: 0 }
  readonly #unsolvedBy: Record<string, number> = Object.create(null)
  readonly #rejectedBy: Record<string, number> = Object.create(null)
  readonly #voidBy: Record<string, number> = Object.create(null)
  readonly #voidForGoodBy: Record<string, number> = Object.create(null)
  readonly #solvedAtLimit: Record<string, number> = Object.create(null)
  readonly #domains = new Set<string>()
  readonly #versions = new Set<string>()
  readonly #errata = new Set<string>()
  readonly #feedback = new Map<string, Group['feedback'][number]>()
  readonly #agentSeconds = new Numbers()
  readonly #judgeSeconds = new Numbers()
  readonly #cost = new Numbers()
  readonly #speedups = new SpeedupTally()
  readonly #effort = { trials: 0, candidates: 0, machineSeconds: 0 }
  #score = 0
  #spent: Spent = nothingSpent

  constructor({ suite, agent, model }: Who) {
    this.#who = { suite, agent, model }
  }

  add(result: TrialResult): void {
    const { totals, outcome, reason, stoppedBy, feedback } = result
    this.#domains.add(result.domain)
    this.#versions.add(result.suiteVersion)
    for (const erratum of result.errata) this.#errata.add(erratum)
    this.#feedback.set(JSON.stringify([feedback.consultations, feedback.detail]), feedback)
    this.addSpent(result.spent)
    this.#addEffort(result.tried)
    this.#outcomes[outcome ?? 'void']++
    if (outcome === null) {
      count(this.#voidBy, reason)
      if (result.retryable === false) count(this.#voidForGoodBy, reason)
      return
    }
    if (outcome === 'rejected') count(this.#rejectedBy, reason)
    else if (outcome === 'unsolved') count(this.#unsolvedBy, stoppedBy ? `limit:${stoppedBy}` : reason)
    else if (stoppedBy) count(this.#solvedAtLimit, `limit:${stoppedBy}`)
    this.#score += result.score ?? 0
    this.#agentSeconds.add(totals.agentSeconds)
    this.#judgeSeconds.add(totals.judgeSeconds)
    this.#cost.add(totals.costUsd)
    this.#speedups.add(result.identity.task, outcome === 'rejected', result.metrics)
    const task = this.#tasks.get(result.identity.task)
    const solved = outcome === 'solved' ? 1 : 0
    if (!task) this.#tasks.set(result.identity.task, { judged: 1, solved })
    else {
      task.judged++
      task.solved += solved
    }
  }

  get suite(): string {
    return this.#who.suite
  }

  /** Whether a judge measured speed. */
  get measuresSpeed(): boolean {
    return this.#speedups.measured
  }

  #addEffort(tried: TrialResult['tried']): void {
    if (!tried) return
    this.#effort.trials++
    this.#effort.candidates += tried.candidates
    this.#effort.machineSeconds += tried.machineSeconds
  }

  addSpent(spent: Spent): void {
    this.#spent = plus(this.#spent, spent)
  }

  /** `speed` where judges of the suite measure it: who got nothing right has a share of nothing then. */
  group(manifest: Manifest, { speed }: { readonly speed: boolean }): Group {
    const { suite, agent, model } = this.#who
    const planned = manifest.suites.find(({ name }) => name === suite)
    const trials = (planned?.tasks ?? 0) * manifest.samples
    const { solved, unsolved, rejected, void: voided } = this.#outcomes
    const judged = solved + unsolved + rejected
    return {
      ...this.#who,
      domain: [...this.#domains].join(', '),
      suiteVersions: [...this.#versions],
      protocol: planned?.protocol ?? '',
      errata: [...this.#errata].sort(),
      feedback: [...this.#feedback.values()],
      planned: trials,
      judged,
      ...this.#outcomes,
      open: Math.max(0, trials - judged - voided),
      score: judged === 0 ? null : this.#score / judged,
      unsolvedBy: byCount(this.#unsolvedBy),
      rejectedBy: byCount(this.#rejectedBy),
      voidBy: byCount(this.#voidBy),
      voidForGoodBy: byCount(this.#voidForGoodBy),
      solvedAtLimit: byCount(this.#solvedAtLimit),
      tasks: this.#tasks.size,
      tasksSolved: [...this.#tasks.values()].filter((task) => task.solved > 0).length,
      passAtK: Array.from({ length: manifest.samples }, (_, index) =>
        this.#passAt(index + 1, seedOf('interval', manifest.seed, suite, agent, model ?? '')),
      ),
      ...this.#spent,
      agentSeconds: this.#agentSeconds.spread(),
      judgeSeconds: this.#judgeSeconds.spread(),
      costPerTrial: this.#cost.spread(),
      speedups:
        (speed && this.#speedups.speedups(seedOf('speedups', manifest.seed, suite, agent, model ?? ''))) ||
        null,
      effort: this.#effort.trials > 0 ? { ...this.#effort } : null,
    }
  }

  /** Tasks in the order of their names: the order in which trials ended must not change an interval. */
  #passAt(k: number, seed: string): Group['passAtK'][number] {
    const values: number[] = []
    for (const task of [...this.#tasks.keys()].sort()) {
      const value = passAtK(this.#tasks.get(task)!, k)
      if (value !== undefined) values.push(value)
    }
    return { k, tasks: values.length, estimate: estimateOf(values, seed) ?? null }
  }
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1
}

function byCount(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)))
}
