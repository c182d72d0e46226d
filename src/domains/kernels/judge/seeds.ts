import { seedOf } from '../../../core/seed.ts'

/** A number for a generator in Python, of 31 bits, from the judgement's seed and what it is for. */
export function numberOf(seed: string, ...parts: readonly (string | number)[]): number {
  return Number.parseInt(seedOf(seed, ...parts).slice(0, 8), 16) & 0x7fffffff
}
