import { InfrastructureError } from '../../../core/errors.ts'
import type { Regime } from './examiner.ts'

/** One kind of inputs, and whether what is right for the problem's first inputs passed for right there. */
export interface Tried {
  readonly regime: Regime
  readonly alike: boolean
}

/**
 * Looks at whether outputs tell one input from another: the kind of inputs with which they do, the problem's own where that
 * can be. Throws `InfrastructureError` (`degenerate-problem`) where they never do: an answer that ignores its inputs would
 * be right.
 */
export function tellingKind(tried: readonly Tried[]): Regime {
  const kinds = [...new Set(tried.map(({ regime }) => regime))]
  if (tried.every(({ alike }) => alike))
    throw degenerate(
      `whatever its inputs are (${kinds.join(', ')}), what is right for one is right for all within the judge's tolerance, so that an answer that ignores them cannot be told from one that computes`,
    )
  const telling = tried.filter(({ alike }) => !alike).map(({ regime }) => regime)
  // Zeros, and what is nearly zero, are the same inputs for every call.
  const timed = (['given', 'signed', 'large'] as const).find((regime) => telling.includes(regime))
  if (!timed)
    throw degenerate(
      `only inputs of one single kind (${[...new Set(telling)].join(', ')}) give another output than all others within the judge's tolerance`,
    )
  return timed
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
