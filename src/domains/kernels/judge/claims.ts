import { z } from 'zod'
import type { Facts, Layout } from './facts.ts'
import { Fault } from './fault.ts'

const size = z.number().int().nonnegative()

/** What a worker says of the outputs of some calls: kinds of outputs, and for each call its kind and its addresses. */
export const claimsSchema = z.object({
  kinds: z
    .array(
      z.object({
        form: z.string().max(1000),
        leaves: z
          .array(z.tuple([z.array(size).max(64), z.array(size).max(64), z.string().max(40)]))
          .max(1000),
      }),
    )
    .max(4096),
  calls: z.array(z.array(z.number().int().min(-1)).min(1).max(1001)).max(4096),
})
export type Claims = z.infer<typeof claimsSchema>

/** Where one output tensor is said to lie. */
export interface Place extends Layout {
  readonly address: number
}

/** Gaps between elements that are read along: more than this many times the elements themselves is no sensible output. */
const mostSpread = 4
/** Bytes of gaps in one output: the examiner has to hold all that is read. */
const mostGaps = 64 * 1024 ** 2

const itemBytes: Readonly<Record<string, number>> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  float32: 4,
  int64: 8,
  float64: 8,
  complex64: 8,
  complex128: 16,
}

/** The places of each call's outputs, where they are of the form, shapes and dtypes that they should be. Throws `Fault`. */
export function placesOf({ kinds, calls }: Claims, facts: Facts, count: number): Place[][] {
  if (calls.length !== count)
    throw new Fault('crashed', `it tells of ${calls.length} outputs and was called ${count} times`)
  return calls.map(([kind = 0, ...addresses]) => {
    const claimed = kinds[kind]
    if (!claimed || claimed.leaves.length !== addresses.length)
      throw new Fault('crashed', 'what it tells of its outputs makes no sense')
    if (claimed.form !== facts.form) throw new Fault('wrong', formMessage(claimed.form, facts.form))
    // The form is only its word: none that it tells of could be wrong if it told of none.
    if (addresses.length !== facts.outputs.length)
      throw new Fault(
        'crashed',
        `it tells of ${addresses.length} output tensors; there should be ${facts.outputs.length}`,
      )
    return claimed.leaves.map(([shape, strides, dtype], index) => {
      const expected = facts.outputs[index]!
      const name = outputName(index, facts)
      if (dtype !== expected.dtype)
        throw new Fault('wrong', `${name} has dtype ${dtype}; expected ${expected.dtype}`)
      if (String(shape) !== String(expected.shape))
        throw new Fault(
          'wrong',
          `${name} has shape [${shape.join(', ')}]; expected [${expected.shape.join(', ')}]`,
        )
      return place(addresses[index]!, shape, strides, dtype, name)
    })
  })
}

function place(address: number, shape: number[], strides: number[], dtype: string, name: string): Place {
  const bytesEach = itemBytes[dtype]
  if (address < 0 || bytesEach === undefined || strides.length !== shape.length)
    throw new Fault('wrong', `${name} is no plain tensor in memory: return a strided tensor of numbers`)
  const elements = shape.reduce((product, each) => product * each, 1)
  const last = shape.reduce((sum, each, axis) => sum + (each - 1) * strides[axis]!, 0)
  const bytes = elements === 0 ? 0 : (last + 1) * bytesEach
  const own = elements * bytesEach
  if (bytes > Math.min(mostSpread * own + 4096, own + mostGaps))
    throw new Fault('wrong', `${name} is spread over ${bytes} bytes: call .contiguous() before returning it`)
  return { address, shape, strides, dtype, bytes }
}

/** An output's name in findings. */
export function outputName(index: number, { outputs }: Pick<Facts, 'outputs'>): string {
  return outputs.length === 1 ? 'the output' : `output ${index}`
}

function formMessage(given: string, expected: string): string {
  const words = (form: string) =>
    form === 't' ? 'one tensor' : form.replaceAll(/(?<![\w'])t(?![\w'])/g, 'tensor').slice(0, 200)
  return `forward returns ${words(given)}; expected ${words(expected)}`
}
