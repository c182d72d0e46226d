import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../../../../core/errors.ts'
import { NotMarshalled } from './marshal.ts'
import type { Reading } from './reader.ts'
import { kernelPartRead } from './vo.ts'

/** Reads one compiled library in a thread of its own. Whatever goes wrong does so by the library. */
parentPort!.postMessage(read(workerData as Uint8Array))

function read(library: Uint8Array): Reading {
  try {
    return { kind: 'library', ...kernelPartRead(library) }
  } catch (thrown) {
    if (thrown instanceof NotMarshalled) return { kind: 'none', message: thrown.message }
    // Tables have their bounds too: more than 16 million entries are a RangeError.
    return { kind: 'large', message: messageOf(thrown) }
  }
}
