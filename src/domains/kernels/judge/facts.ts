import { z } from 'zod'

/** How one tensor lies in memory: shape, strides in elements, and the bytes from its first to its last element. */
export interface Layout {
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly dtype: string
  readonly bytes: number
}

const layout = z.object({
  shape: z.array(z.number()),
  strides: z.array(z.number()),
  dtype: z.string(),
  bytes: z.number(),
})

/** What the examiner tells of a problem that it has built. */
export const factsSchema = z.object({
  /** The constructor's arguments, in the form of `worker/values.py`. */
  init: z.json(),
  weights: z.array(layout.extend({ name: z.string(), address: z.number() })),
  /** How the inputs' tensors are put together. */
  tree: z.json(),
  inputs: z.array(layout),
  /** For each input tensor, whether the problem itself changes it. */
  mutates: z.array(z.boolean()),
  /** How the outputs' tensors are put together: `t`, `(t,t)`. */
  form: z.string(),
  outputs: z.array(layout),
})
export type Facts = z.infer<typeof factsSchema>

/** Addresses of sets of tensors. */
export const addressesSchema = z.object({ addresses: z.array(z.array(z.number().int().nonnegative())) })

/** An output that is not what it should be: where, and what stands there. */
export const mismatchSchema = z.object({
  at: z.array(z.number()),
  given: z.string(),
  expected: z.string(),
  wrong: z.number(),
  of: z.number(),
})
export type Mismatch = z.infer<typeof mismatchSchema>

/** For each call, for each output tensor, what is wrong with it. */
export const mismatchesSchema = z.object({ mismatches: z.array(z.array(mismatchSchema.nullable())) })

export const expectedSchema = z.object({
  /** False where the problem refuses such inputs. */
  usable: z.boolean(),
  /** Why there is no reference in double precision, or why it refuses. */
  why: z.string(),
  /** For each output tensor, the largest distance of eager's result from the reference. */
  errors: z.array(z.number()),
  /** Whether eager's results are finite. */
  finite: z.boolean().default(false),
  /** Whether eager's results are near the reference. */
  near: z.boolean().default(false),
  /** Whether what is right for the problem's first inputs would pass for right here too. */
  alike: z.boolean().default(false),
})
export type Expected = z.infer<typeof expectedSchema>

/** Bytes of all inputs and outputs of one call. */
export function callBytes({ inputs, outputs }: Facts): number {
  return [...inputs, ...outputs].reduce((sum, { bytes }) => sum + bytes, 0)
}
