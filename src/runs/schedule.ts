/** Items that share a limit on how many are under way at once: the trials of one model. */
export interface Lane<Item> {
  readonly items: Iterator<Item, undefined>
  readonly limit: number
}

/** How one try of an item ended: over, or to be tried again after some seconds. */
export type Tried = 'over' | { readonly again: number }

export interface Work<Item> {
  readonly lanes: readonly Lane<Item>[]
  /** How many items are under way at once in all lanes together. */
  readonly limit: number
  /** Tries an item; `tries` counts from 1. Where it throws, nothing more is begun. */
  run(item: Item, tries: number): Promise<Tried>
  /** Once aborted nothing more is begun. */
  readonly signal: AbortSignal
}

interface Waiting<Item> {
  readonly item: Item
  readonly tries: number
  readonly due: number
}

interface LaneState<Item> extends Lane<Item> {
  running: number
  /** Sorted by when they are due. */
  readonly waiting: Waiting<Item>[]
  exhausted: boolean
}

/**
 * Runs items until all are over. Lanes take turns; an item that waits to be tried again holds no place. Where very
 * many wait (a provider is down), a lane begins nothing new until some are due, which bounds memory and spares the
 * provider. Throws what `run` threw first, after everything under way has ended.
 */
export async function schedule<Item>(work: Work<Item>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const lanes = work.lanes.map(
    (lane): LaneState<Item> => ({ ...lane, running: 0, waiting: [], exhausted: false }),
  )
  const failures: unknown[] = []
  let running = 0
  let turn = 0
  let timer: NodeJS.Timeout | undefined

  const stopped = () => work.signal.aborted || failures.length > 0
  const pump = () => {
    clearTimeout(timer)
    try {
      while (!stopped() && running < work.limit) {
        const next = nextOf(lanes, turn)
        if (!next) break
        turn = next.turn
        begin(next.lane, next.item, next.tries)
      }
    } catch (thrown) {
      failures.push(thrown)
    }
    if (running > 0 && stopped()) return
    const due = Math.min(...lanes.map(({ waiting }) => waiting[0]?.due ?? Number.POSITIVE_INFINITY))
    if (!stopped() && due !== Number.POSITIVE_INFINITY) {
      // A lane may be full when its item is due; then the end of what fills it pumps.
      timer = setTimeout(pump, Math.max(running > 0 ? 1 : 0, due - performance.now()))
    } else if (running === 0) {
      resolve()
    }
  }
  const begin = (lane: LaneState<Item>, item: Item, tries: number) => {
    running++
    lane.running++
    work
      .run(item, tries)
      .then(
        (tried) => {
          if (tried !== 'over') wait(lane, { item, tries, due: performance.now() + tried.again * 1000 })
        },
        (thrown) => {
          failures.push(thrown)
        },
      )
      .finally(() => {
        running--
        lane.running--
        pump()
      })
  }

  work.signal.addEventListener('abort', pump, { once: true })
  try {
    pump()
    await promise
  } finally {
    clearTimeout(timer)
    work.signal.removeEventListener('abort', pump)
  }
  if (failures.length > 0) throw failures[0]
}

/** The next item of the first lane after `turn` that has room and something to do. */
function nextOf<Item>(lanes: readonly LaneState<Item>[], turn: number) {
  const now = performance.now()
  for (let step = 1; step <= lanes.length; step++) {
    const at = (turn + step) % lanes.length
    const lane = lanes[at]!
    if (lane.running >= lane.limit) continue
    if (lane.waiting[0] && lane.waiting[0].due <= now) {
      const { item, tries } = lane.waiting.shift()!
      return { lane, item, tries: tries + 1, turn: at }
    }
    if (lane.exhausted || lane.waiting.length >= Math.max(16, 4 * lane.limit)) continue
    const { done, value } = lane.items.next()
    if (!done) return { lane, item: value as Item, tries: 1, turn: at }
    lane.exhausted = true
  }
  return undefined
}

function wait<Item>(lane: LaneState<Item>, waiting: Waiting<Item>): void {
  const at = lane.waiting.findIndex(({ due }) => due > waiting.due)
  lane.waiting.splice(at === -1 ? lane.waiting.length : at, 0, waiting)
}
