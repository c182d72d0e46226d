/** Of one task: judged samples, and how many of them solved it. */
export interface Counts {
  readonly judged: number
  readonly solved: number
}

/**
 * The unbiased estimate of the chance that at least one of `k` samples solves the task, from n judged samples of
 * which c solved it: 1 − C(n−c, k) / C(n, k), as the product of Chen et al., "Evaluating Large Language Models
 * Trained on Code" (2021), which neither overflows nor cancels. Undefined where fewer than `k` samples are judged.
 */
export function passAtK({ judged: n, solved: c }: Counts, k: number): number | undefined {
  if (n < k) return undefined
  if (n - c < k) return 1
  let miss = 1
  for (let i = n - c + 1; i <= n; i++) miss *= 1 - k / i
  return 1 - miss
}
