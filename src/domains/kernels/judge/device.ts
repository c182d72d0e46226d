import { medianOf } from './statistics.ts'

/** Time of one call on a device by the runner's clock, in seconds. */
export interface Turn {
  /** From the command until the device has nothing left to do, as the process says. */
  readonly inside: number
  /** With all that belongs to it: inputs written, carried to the device, outputs carried back and read. */
  readonly total: number
}

/** Batches on both sides of one, in which eager's carrying is looked at: what else the machine does changes with time. */
const near = 2

/**
 * What a call takes on a device, batch by batch: the median, in seconds. `eager` has the same batches.
 *
 * Events and synchronisation belong to the process that is timed, and are its word: the judge has only its own clock, and
 * sees when replies come. An answer could work while its inputs are carried to the device, or say that it is done and go
 * on until its outputs are asked for. So it has to be as quick in all that is not the call as eager is, which only copies;
 * what takes longer counts as its call. That is so for every single call, and each has its own outputs: none can work for
 * another, so that medians hide nothing.
 *
 * What this leaves: work that goes on beside the copying of outputs, and takes no longer than that.
 */
export function deviceSeconds(
  own: readonly (readonly Turn[])[],
  eager: readonly (readonly Turn[])[],
): number[] {
  return own.map((turns, at) => {
    const around = eager.slice(Math.max(0, at - near), at + near + 1).flat()
    const carrying = medianOf(around.map(({ inside, total }) => total - inside))
    return medianOf(turns.map(({ inside, total }) => Math.max(inside, total - carrying)))
  })
}

/** What a call of eager's takes, batch by batch: the median, in seconds. It is our own code. */
export function eagerSeconds(batches: readonly (readonly Turn[])[]): number[] {
  return batches.map((turns) => medianOf(turns.map(({ inside }) => inside)))
}

/**
 * As what part of it eager's time counts. A kernel that an answer leaves running slows everybody on a device down, and
 * nothing outside can tell whose it is: so eager is timed once more when the answer's process is gone, and never counts for
 * more than what it takes then. Both in seconds, batch by batch.
 */
export function undisturbed(beside: readonly number[], alone: readonly number[]): number {
  return Math.min(1, medianOf(alone) / medianOf(beside))
}
