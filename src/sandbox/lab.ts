import type { Lab } from '../core/domain.ts'
import type { SandboxBackend } from '../core/sandbox.ts'

/** A lab on a back end. Disposing it closes all sandboxes and pods that were opened through it and are still open. */
export function openLab(
  backend: SandboxBackend,
  means: { readonly seed: string; readonly signal: AbortSignal },
): Lab & AsyncDisposable {
  const opened = new Set<AsyncDisposable>()
  const opening = new Set<Promise<unknown>>()
  let closed = false
  /** What finishes opening after the lab was closed is closed at once. */
  const finish = async <T extends AsyncDisposable>(begun: Promise<T>): Promise<T> => {
    const thing = await begun
    opened.add(thing)
    if (closed) {
      await thing[Symbol.asyncDispose]()
      means.signal.throwIfAborted()
      throw new Error('the lab is closed')
    }
    return thing
  }
  const keep = async <T extends AsyncDisposable>(begin: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error('the lab is closed')
    const finished = finish(begin())
    opening.add(finished)
    try {
      return await finished
    } finally {
      opening.delete(finished)
    }
  }
  return {
    seed: means.seed,
    signal: means.signal,
    open: (spec) => keep(() => backend.open(spec)),
    pod: (name) => keep(() => backend.pod(name)),
    async [Symbol.asyncDispose]() {
      closed = true
      const late = Promise.allSettled(opening)
      const results = await Promise.allSettled([...opened].map((thing) => thing[Symbol.asyncDispose]()))
      await late
      opened.clear()
      const failed = results.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}
