import { InfrastructureError } from '../../../core/errors.ts'
import type { Seat } from './seat.ts'

export interface PoolOptions<Library, Process> {
  readonly processes: number
  /** Starts a process that has the library. */
  readonly start: (library: Library) => Promise<Process>
  /** The code of the error of a start that may go better the next time. */
  readonly startCode: string
}

interface Request<Place, Library, Process> {
  readonly place: Place
  readonly library: Library
  readonly fresh: boolean
  resolve(slot: Slot<Library, Process>): void
}

interface Slot<Library, Process> {
  document?: Process
  library?: Library
  busy: boolean
  /** Requests served since it was given to the one who had waited longest, and how many may be before that is due. */
  served: number
  turn: number
}

/**
 * How many who are nearer to where a process stands may go before the one who has waited longest. Who has cost more
 * sentences to be brought back keeps the process for as many steps, so that at most half of its work is repetition.
 */
const leastTurn = 16
const mostTurn = 256
const starts = 3

/** A fixed number of processes and many who want one for a step: each gets the one that has least to do for it. */
export class Pool<Place, Library, Process extends Seat<Place>> implements AsyncDisposable {
  readonly #options: PoolOptions<Library, Process>
  readonly #slots: Slot<Library, Process>[]
  readonly #queue: Request<Place, Library, Process>[] = []
  #closed = false
  #started = 0

  constructor(options: PoolOptions<Library, Process>) {
    this.#options = options
    this.#slots = Array.from({ length: options.processes }, () => ({
      busy: false,
      served: 0,
      turn: leastTurn,
    }))
  }

  /** How many processes were ever started: those beyond the pool's size replaced others. */
  get started(): number {
    return this.#started
  }

  /**
   * Lends a process that has the library loaded and may stand anywhere. `fresh`: one that has done nothing yet. Throws
   * `InfrastructureError` where none can be started, and what `work` throws.
   */
  async use<T>(
    want: { readonly place: Place; readonly library: Library; readonly fresh?: boolean },
    work: (document: Process) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw new Error('the prover is closed')
    const slot = await new Promise<Slot<Library, Process>>((resolve) => {
      this.#queue.push({ ...want, fresh: want.fresh ?? false, resolve })
      this.#assign()
    })
    try {
      if (this.#closed) throw new Error('the prover is closed')
      return await work(await this.#ready(slot, want))
    } finally {
      // Who had it may want it again at once, and it is best there: others are asked after a turn.
      setImmediate(() => {
        slot.busy = false
        this.#assign()
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#slots.map((slot) => slot.document?.[Symbol.asyncDispose]()))
  }

  async #ready(
    slot: Slot<Library, Process>,
    { place, library, fresh }: { readonly place: Place; readonly library: Library; readonly fresh?: boolean },
  ) {
    const { document } = slot
    if (document && !fresh && slot.library === library && document.fits(place)) return document
    delete slot.document
    await document?.[Symbol.asyncDispose]()
    const next = await this.#start(library)
    if (this.#closed) {
      await next[Symbol.asyncDispose]()
      throw new Error('the prover is closed')
    }
    slot.document = next
    slot.library = library
    return next
  }

  /** A process that is killed while it starts is nobody's fault; one that cannot start at all says so every time. */
  async #start(library: Library): Promise<Process> {
    for (let failures = 0; ; ) {
      this.#started++
      try {
        return await this.#options.start(library)
      } catch (error) {
        const again =
          error instanceof InfrastructureError && error.code === this.#options.startCode && !this.#closed
        if (!again || ++failures >= starts) throw error
      }
    }
  }

  #assign(): void {
    for (;;) {
      const free = this.#slots.filter((slot) => !slot.busy)
      if (free.length === 0 || this.#queue.length === 0) return
      const { slot, request, cost, forced } = this.#choose(free)
      slot.served = forced ? 0 : slot.served + 1
      if (forced) slot.turn = Math.min(mostTurn, Math.max(leastTurn, cost))
      this.#queue.splice(this.#queue.indexOf(request), 1)
      slot.busy = true
      request.resolve(slot)
    }
  }

  #choose(free: readonly Slot<Library, Process>[]) {
    const first = this.#queue[0] as Request<Place, Library, Process>
    const due = free.find(({ served, turn }) => served >= turn)
    if (due) return { slot: due, request: first, cost: costOf(due, first), forced: true }
    let best = {
      slot: free[0] as Slot<Library, Process>,
      request: first,
      cost: Number.POSITIVE_INFINITY,
      forced: false,
    }
    for (const request of this.#queue)
      for (const slot of free) {
        const cost = costOf(slot, request)
        if (cost < best.cost) best = { slot, request, cost, forced: false }
      }
    return best
  }
}

/** In steps to be done again; starting a process counts as many, and as fewer where there is none to be lost. */
function costOf<Place, Library, Process extends Seat<Place>>(
  { document, library }: Slot<Library, Process>,
  request: Request<Place, Library, Process>,
): number {
  if (!document || document.gone) return 1000
  if (request.fresh || library !== request.library || !document.fits(request.place)) return 2000
  return document.distance(request.place)
}
