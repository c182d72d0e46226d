import { UsageError } from '../../../core/errors.ts'

/** What a problem may cost where it is run. What costs more is made smaller. */
export interface Budget {
  /** Floating-point operations of one call. */
  readonly flops: number
  /** Of inputs, weights and outputs together. */
  readonly bytes: number
}

export const defaultBudget: Budget = { flops: 2e9, bytes: 64e6 }

/** What a problem is linted with: it is run dozens of times. */
export const lintBudget: Budget = { flops: 2e8, bytes: 8e6 }

const units: Readonly<Record<string, { of: keyof Budget; times: number }>> = {
  mflop: { of: 'flops', times: 1e6 },
  gflop: { of: 'flops', times: 1e9 },
  tflop: { of: 'flops', times: 1e12 },
  mb: { of: 'bytes', times: 1e6 },
  gb: { of: 'bytes', times: 1e9 },
}

/** Reads `10gflop` or `256mb` into a budget. Throws `UsageError` (`unknown-variant`). */
export function withLimit(budget: Budget, text: string): Budget {
  const read = /^(\d+(?:\.\d+)?)([a-z]+)$/i.exec(text)
  const unit = units[read?.[2]?.toLowerCase() ?? '']
  const value = Number(read?.[1])
  if (!unit || !(value > 0))
    throw new UsageError(
      'unknown-variant',
      `"${text}" is neither a level nor a budget; write level1 to level4, 10gflop, 256mb, or several with commas`,
    )
  return { ...budget, [unit.of]: value * unit.times }
}
