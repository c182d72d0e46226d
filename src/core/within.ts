/**
 * The promise's result, or the signal's reason once it is aborted and the promise has had `graceSeconds` to end by
 * itself. So that no agent and no tool can hang a trial; what the promise does later is dropped.
 */
export async function within<T>(promise: Promise<T>, signal: AbortSignal, graceSeconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      timer = setTimeout(() => reject(signal.reason), graceSeconds * 1000)
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

/** Aborts `controller` when `signal` is, until the returned function is called. (AbortSignal.any keeps its links for the life of a long-lived signal.) */
export function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = () => controller.abort(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}
