import { parentPort, workerData } from 'node:worker_threads'
import { NotMarshalled } from './marshal.ts'
import type { Reading } from './reader.ts'
import { kernelPartRead } from './vo.ts'

/** Reads one compiled library in a thread of its own. */
parentPort!.postMessage(read(workerData as Uint8Array))

function read(library: Uint8Array): Reading {
  try {
    return { kind: 'library', ...kernelPartRead(library) }
  } catch (thrown) {
    if (thrown instanceof NotMarshalled) return { kind: 'none', message: thrown.message }
    throw thrown
  }
}
