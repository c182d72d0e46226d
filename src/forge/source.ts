import type { Lab } from '../core/domain.ts'
import type { FileSet } from '../core/files.ts'
import type { Model } from '../core/model.ts'
import type { Task } from '../core/task.ts'

/** How far an item comes. Items without services, and what has no server at all, are `answered` once their checks hold. */
export const stages = ['found', 'understood', 'written', 'started', 'answered', 'audited'] as const
export type Stage = (typeof stages)[number]

/** A piece of raw material, before anything of it was opened. */
export interface RawItem {
  /** The name that the task gets. */
  readonly id: string
  /** Where it is, relative to the root of the material; empty: the root itself. */
  readonly path: string
  /** What the report groups by. */
  readonly category: string
  /** Changes with the item's files: an item that has not changed since it was forged is not forged again. */
  readonly fingerprint: string
}

/** Why an item goes no further. `kind` is a few words with `-`, to be counted; the message is read. */
export class Fallen extends Error {
  readonly kind: string
  /** What a program printed before it failed, for whoever repairs the plan. */
  readonly log: string
  constructor(kind: string, message: string, options: { log?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'Fallen'
    this.kind = kind
    this.log = options.log ?? ''
  }
}

/** What was seen while an item was proved, for the report: figures and short texts. */
export type Proof = Readonly<Record<string, string | number | boolean>>

/** Where a source gets what it works with. */
export interface Means {
  /** The directory with the raw material. Untrusted: links in it are not followed. */
  readonly root: string
  /** A lab on the back end that tasks are proved on. */
  openLab(seed: string): Lab & AsyncDisposable
  /** `bubblewrap` or `container`. */
  readonly backend: string
  /** Name and version of the suite that is made. */
  readonly suite: string
  /** The material's licence, as the suite says it. */
  readonly licence: string
  readonly signal: AbortSignal
}

/** A kind of raw material that tasks are made of. `P` is what was decided for one item: plain JSON, kept in its record. */
export interface ForgeSource<P = unknown> {
  /** As on the command line: `touchstone forge NAME`. */
  readonly name: string
  readonly description: string
  /** Grows whenever the same input may come out differently; items forged by an older one are forged again. */
  readonly version: number
  /** A list of its tasks that a suite has beside them, for other projects. */
  readonly index?: {
    /** Its name, and the file of every task that it is made of. */
    readonly file: string
    readonly from: string
    of(tasks: Iterable<readonly [id: string, content: Uint8Array]>): string
  }
  open(means: Means): Promise<Workshop<P>>
}

/**
 * A source at work on one directory. Every method but `find` throws `Fallen` for an item that goes no further, and
 * `InfrastructureError` where the machine failed: that is no property of the item.
 */
export interface Workshop<P = unknown> extends AsyncDisposable {
  /** Looks at names alone. Throws `UsageError` where there is nothing of this kind. */
  find(): Promise<readonly RawItem[]>
  /** Opens the item's files, in a sandbox, and decides what becomes of it. */
  understand(item: RawItem): Promise<P>
  /** All files of the task's directory, the same for the same item and plan. */
  write(item: RawItem, plan: P): Promise<FileSet>
  /** Whether the plan has a service; counted apart. */
  isLive(plan: P): boolean
  /** Starts it and tries it. `reach` is told of each stage that is reached: `started`, then `answered`. */
  prove(task: Task, plan: P, reach: (stage: 'started' | 'answered') => void): Promise<Proof>
  /**
   * Another plan, after a proof failed, by a model that sees the plan and the log. How the answer is judged stays as it is.
   * Absent where there is nothing to be changed.
   */
  repair?(item: RawItem, plan: P, fallen: Fallen, model: Model): Promise<P>
}
