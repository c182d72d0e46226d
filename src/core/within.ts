/**
 * The promise's result, or the signal's reason once it is aborted and the promise has had `graceSeconds` to end by
 * itself. So that no agent and no tool can hang a trial; what the promise does later is dropped.
 */
export async function within<T>(promise: Promise<T>, signal: AbortSignal, graceSeconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      timer = setTimeout(() => reject(signal.reason), milliseconds(graceSeconds))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    clearTimeout(timer)
    if (stop) signal.removeEventListener('abort', stop)
  }
}

/** Stops `target` when `signal` is aborted, until the returned function is called. (AbortSignal.any keeps its links for the life of a long-lived signal.) */
export function follow(signal: AbortSignal, target: { stop(reason: unknown): void }): () => void {
  const abort = () => target.stop(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}

/** Longest delay that a Node timer takes; beyond it the timer would fire at once. */
const longest = 2 ** 31 - 1

/** A timer's delay from seconds. */
export function milliseconds(seconds: number): number {
  return Math.min(seconds * 1000, longest)
}

/** The promise's result; after so many seconds `late()` is thrown and what the promise does later is dropped. */
export async function atMost<T>(promise: Promise<T>, seconds: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds(seconds))
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
