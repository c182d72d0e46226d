import type { Lab } from '../core/domain.ts'
import type { SandboxBackend } from '../core/sandbox.ts'

/** A lab on a back end. Disposing it closes all sandboxes and pods that were opened through it and are still open. */
export function openLab(
  backend: SandboxBackend,
  means: { readonly seed: string; readonly signal: AbortSignal },
): Lab & AsyncDisposable {
  const opened = new Set<AsyncDisposable>()
  let closed = false
  /** What finishes opening after the lab was closed is closed at once. */
  const keep = async <T extends AsyncDisposable>(opening: Promise<T>): Promise<T> => {
    const thing = await opening
    opened.add(thing)
    if (closed) {
      await thing[Symbol.asyncDispose]()
      means.signal.throwIfAborted()
      throw new Error('the lab is closed')
    }
    return thing
  }
  return {
    seed: means.seed,
    signal: means.signal,
    open: (spec) => keep(backend.open(spec)),
    pod: (name) => keep(backend.pod(name)),
    async [Symbol.asyncDispose]() {
      closed = true
      const results = await Promise.allSettled([...opened].map((thing) => thing[Symbol.asyncDispose]()))
      opened.clear()
      const failed = results.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    },
  }
}
