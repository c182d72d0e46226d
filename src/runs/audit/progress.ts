import { escapesOf } from './escapes.ts'
import { isClean, isVoid } from './report.ts'
import type { TaskAudit } from './schema.ts'

/** Where an audit stands. */
export interface AuditProgress {
  readonly planned: number
  readonly done: number
  /** Of the done, those of earlier sittings. */
  readonly earlier: number
  readonly running: number
  /** Tasks whose judge gave a reason for distrust. */
  readonly distrusted: number
  /** Mutants judged, and those that only a proof saw. */
  readonly mutants: number
  readonly escapes: number
  /** Tasks with void steps. */
  readonly void: number
  readonly elapsedSeconds: number
  /** Seconds left at the pace of this sitting; null before anything ended. */
  readonly etaSeconds: number | null
}

export type AuditNews =
  | { readonly type: 'begun' }
  | { readonly type: 'task-begun' }
  | { readonly type: 'task-ended'; readonly task: TaskAudit }
  /** A step is void for now and tried again in `seconds`. */
  | { readonly type: 'again'; readonly step: string; readonly message: string; readonly seconds: number }

/** Counts what an audit does. */
export class AuditCount {
  readonly #planned: number
  readonly #startedAt = performance.now()
  #done = 0
  #earlier = 0
  #distrusted = 0
  #mutants = 0
  #escapes = 0
  #void = 0
  running = 0

  constructor(planned: number) {
    this.#planned = planned
  }

  addEarlier(task: TaskAudit): void {
    this.#earlier++
    this.add(task)
  }

  add(task: TaskAudit): void {
    this.#done++
    if (!isClean(task)) this.#distrusted++
    if (isVoid(task)) this.#void++
    this.#mutants += task.mutants.length
    this.#escapes += escapesOf(task).length
  }

  now(): AuditProgress {
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1000
    const ended = this.#done - this.#earlier
    return {
      planned: this.#planned,
      done: this.#done,
      earlier: this.#earlier,
      running: this.running,
      distrusted: this.#distrusted,
      mutants: this.#mutants,
      escapes: this.#escapes,
      void: this.#void,
      elapsedSeconds,
      etaSeconds: ended === 0 ? null : ((this.#planned - this.#done) * elapsedSeconds) / ended,
    }
  }
}
