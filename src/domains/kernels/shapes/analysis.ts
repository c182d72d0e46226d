import { z } from 'zod'

const count = z.number().nonnegative().max(1e21)
const text = z.string().max(8000)
const constants = z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/), z.number().int())

const costSchema = z.object({
  /** Floating-point operations of one call. */
  flops: count,
  /** Bytes of all inputs, of parameters and buffers, of all outputs. */
  inputs: count,
  weights: count,
  outputs: count,
  /** Bytes that the operators read and write, each by itself: what eager moves. */
  traffic: count,
  /** By ATen's name, the most expensive first; `bytes` is traffic. */
  operators: z.array(z.object({ name: text, calls: count, flops: count, bytes: count })).max(1000),
  /** Operators for which there is no formula: counted as elementwise. */
  unknown: z.array(text).max(1000),
  /** Of the outputs. */
  shapes: z.array(z.tuple([z.array(count).max(64), text])).max(1000),
})
/** What one call of a problem's model costs. */
export type Cost = z.infer<typeof costSchema>

const seconds = z.number().nonnegative()
const runnable = z.object({
  published: costSchema,
  /** Absent where the problem is run as it is published. */
  scaled: z
    .object({
      published: constants,
      run: constants,
      reason: text,
      cost: costSchema,
      /** The problem with these constants. */
      source: z.string().max(1024 * 1024),
      tried: count,
    })
    .nullable(),
  seconds,
})
const unavailable = z.object({ unavailable: z.object({ kind: text, why: text }), seconds })

/** What `analyse.py` says; it runs a stranger's code, so it is read as any other word of a stranger. */
export const analysisSchema = z.union([unavailable, runnable])
export type Analysis = z.infer<typeof analysisSchema>
export type Runnable = z.infer<typeof runnable>

export function isRunnable(analysis: Analysis): analysis is Runnable {
  return 'published' in analysis
}

/** What is run: as published or scaled. */
export function costOf({ published, scaled }: Runnable): Cost {
  return scaled?.cost ?? published
}

/** Bytes of inputs, weights and outputs together. */
export function sizeOf({ inputs, weights, outputs }: Cost): number {
  return inputs + weights + outputs
}
