import { InfrastructureError } from '../../../core/errors.ts'
import type { Regime } from './examiner.ts'

/** One set of inputs, and whether what is right for the first set of its kind passed for right for it. */
export interface Tried {
  readonly regime: Regime
  readonly alike: boolean
}

/**
 * The kind of inputs by which outputs tell one set from another, the problem's own where that can be. Throws
 * `InfrastructureError` (`degenerate-problem`) where there is none: an answer that looks at most at the kind of its inputs
 * would be right. Zeros, and what is nearly zero, are the same for every call.
 */
export function tellingKind(tried: readonly Tried[]): Regime {
  const telling = new Set(tried.filter(({ alike }) => !alike).map(({ regime }) => regime))
  const kind = (['given', 'signed', 'large'] as const).find((regime) => telling.has(regime))
  if (kind) return kind
  throw degenerate(
    `of each kind of inputs (${[...new Set(tried.map(({ regime }) => regime))].join(', ')}), what is right for one set is right for all within the judge's tolerance, so that an answer that ignores them cannot be told from one that computes`,
  )
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
