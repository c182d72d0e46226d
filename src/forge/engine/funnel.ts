import { type Stage, stages } from '../source.ts'
import type { ItemRecord } from './record.ts'

/** Items that reached a stage: with a service, without one, and where that is not known yet. */
export interface Count {
  live: number
  static: number
  unknown: number
}

/** An item under way. */
export interface InWork {
  readonly id: string
  /** The last stage that it has reached. */
  stage: Stage
  readonly since: number
}

export interface ForgeProgress {
  /** Of the material, also what is not asked for now. */
  readonly found: number
  /** Asked for now. */
  readonly planned: number
  readonly done: number
  /** Of those, done before. */
  readonly earlier: number
  readonly reached: Readonly<Record<Stage, Count>>
  /** Items that did not reach a stage, having reached the one before. */
  readonly fell: Readonly<Record<Stage, number>>
  readonly void: number
  /** In the suite. */
  readonly proved: number
  readonly inWork: readonly InWork[]
  readonly elapsedSeconds: number
  /** Null while nothing was done yet. */
  readonly etaSeconds: number | null
}

export type ForgeNews =
  | { readonly type: 'begun' }
  | { readonly type: 'reached'; readonly id: string; readonly stage: Stage }
  | {
      readonly type: 'again'
      readonly id: string
      readonly step: string
      readonly message: string
      readonly seconds: number
    }
  | { readonly type: 'repair'; readonly id: string; readonly attempt: number; readonly message: string }
  | { readonly type: 'ended'; readonly record: ItemRecord }

export const noCount = (): Count => ({ live: 0, static: 0, unknown: 0 })

export function kindOf(live: boolean | null): keyof Count {
  return live === null ? 'unknown' : live ? 'live' : 'static'
}

const eachStage = <T>(make: () => T): Record<Stage, T> =>
  Object.fromEntries(stages.map((stage) => [stage, make()])) as Record<Stage, T>

/** Counts where the items of a forge are. */
export class Funnel {
  readonly #found: number
  readonly #planned: number
  readonly #begun = performance.now()
  readonly #reached = eachStage(noCount)
  readonly #fell = eachStage(() => 0)
  readonly #inWork = new Map<string, InWork>()
  #done = 0
  #earlier = 0
  #void = 0
  #proved = 0

  constructor(found: number, planned: number) {
    this.#found = found
    this.#planned = planned
  }

  begin(id: string): void {
    this.#inWork.set(id, { id, stage: 'found', since: performance.now() })
  }

  reach(id: string, stage: Stage): void {
    const work = this.#inWork.get(id)
    if (work) work.stage = stage
  }

  /** An item was stopped: it is as if it had not begun. */
  drop(id: string): void {
    this.#inWork.delete(id)
  }

  add(record: ItemRecord, earlier = false): void {
    this.#inWork.delete(record.id)
    this.#done++
    if (earlier) this.#earlier++
    for (const stage of stages.slice(0, stages.indexOf(record.reached) + 1))
      this.#reached[stage][kindOf(record.live)]++
    if (record.fallen) this.#fell[record.fallen.stage]++
    if (record.outcome === 'void') this.#void++
    if (record.outcome === 'proved') this.#proved++
  }

  now(): ForgeProgress {
    const elapsedSeconds = (performance.now() - this.#begun) / 1000
    const now = this.#done - this.#earlier
    const left = this.#planned - this.#done
    return {
      found: this.#found,
      planned: this.#planned,
      done: this.#done,
      earlier: this.#earlier,
      reached: this.#reached,
      fell: this.#fell,
      void: this.#void,
      proved: this.#proved,
      inWork: [...this.#inWork.values()],
      elapsedSeconds,
      etaSeconds: now > 0 && left > 0 ? (elapsedSeconds / now) * left : null,
    }
  }
}
