import { InfrastructureError } from '../../../core/errors.ts'
import type { Regime } from './examiner.ts'

/** One kind of inputs, and whether what is right for the problem's first inputs passed for right there. */
export interface Tried {
  readonly regime: Regime
  readonly alike: boolean
}

/**
 * Looks at whether outputs tell one input from another, and says where they do so only in part. Throws
 * `InfrastructureError` (`degenerate-problem`) where they never do: an answer that ignores its inputs would be right.
 */
export function checkMeaning(tried: readonly Tried[]): string[] {
  const kinds = [...new Set(tried.map(({ regime }) => regime))]
  if (tried.every(({ alike }) => alike))
    throw degenerate(
      `whatever its inputs are (${kinds.join(', ')}), what is right for one is right for all within the judge's tolerance, so that an answer that ignores them cannot be told from one that computes`,
    )
  if (!tried.every(({ regime, alike }) => regime !== 'given' || alike)) return []
  const telling = kinds.filter((kind) => tried.some(({ regime, alike }) => regime === kind && !alike))
  return [
    `inputs as the problem draws them, with which time is taken, all give the same output within the judge's tolerance; only others (${telling.join(', ')}) tell an answer that ignores its inputs`,
  ]
}

/** For a problem whose own results are no measure, with inputs as it draws them. */
export function noMeasure(): InfrastructureError {
  return degenerate(
    'eager PyTorch itself is far from the result in double precision, or forward draws random numbers, so that nothing says what is right',
  )
}

function degenerate(why: string): InfrastructureError {
  return new InfrastructureError('degenerate-problem', `no answer to this problem can be judged: ${why}`, {
    retryable: false,
  })
}
