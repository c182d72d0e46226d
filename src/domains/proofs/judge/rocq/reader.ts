import { Worker } from 'node:worker_threads'
import type { Distrust } from './trust.ts'

/** What was read of a compiled library; `none` where it is no library, `large` where it takes too much to be read. */
export type Reading =
  | { readonly kind: 'library'; readonly part: Uint8Array; readonly distrusted: readonly Distrust[] }
  | { readonly kind: 'none'; readonly message: string }
  | { readonly kind: 'large'; readonly message: string }

const program = new URL(
  import.meta.url.endsWith('.ts') ? 'reader-worker.ts' : 'reader-worker.js',
  import.meta.url,
)
/** Megabytes. Terms are walked as deep as they nest. */
const resourceLimits = { maxOldGenerationSizeMb: 2048, stackSizeMb: 200 }
const seconds = 120

/**
 * `kernelPartRead` in a thread: an answer may compile to tens of megabytes, and other trials go on meanwhile. The signal
 * only ends the waiting.
 */
export async function readLibrary(library: Uint8Array, signal: AbortSignal): Promise<Reading> {
  signal.throwIfAborted()
  const worker = new Worker(program, { workerData: library, resourceLimits })
  const { promise, resolve, reject } = Promise.withResolvers<Reading>()
  const late = setTimeout(
    () => resolve({ kind: 'large', message: `it takes more than ${seconds} s` }),
    seconds * 1000,
  )
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  worker.on('message', resolve)
  worker.on('error', (error: Error & { code?: string }) =>
    error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? resolve({ kind: 'large', message: 'it takes too much memory' })
      : reject(error),
  )
  worker.on('exit', () => reject(new Error('the thread that reads a library ended without a word')))
  try {
    return await promise
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}
