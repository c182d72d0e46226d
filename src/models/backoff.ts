/**
 * How long to wait before try `attempt + 1`, in milliseconds: anything between nothing and a bound that doubles with
 * every try ("full jitter"; Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(
  attempt: number,
  bounds: { readonly baseMs: number; readonly capMs: number },
  random: () => number = Math.random,
): number {
  return random() * Math.min(bounds.capMs, bounds.baseMs * 2 ** Math.min(attempt - 1, 60))
}

/**
 * The wait that a provider asks for, in milliseconds, from `retry-after-ms` (OpenAI) or `Retry-After` (RFC 9110,
 * section 10.2.3: seconds or a date). Undefined where it asks for none or writes nonsense.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>> | undefined,
  now: number = Date.now(),
): number | undefined {
  const exact = headers?.['retry-after-ms']
  if (exact !== undefined && /^\d+(\.\d+)?$/.test(exact.trim())) return Number(exact)
  const text = headers?.['retry-after']?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  // A date starts with its weekday; `Date.parse` would make one of "-3" too.
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
