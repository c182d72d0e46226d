/** How figures are written, alike in terminals and in pages. */

/** `12.5 %`; a share that is not quite all or nothing never reads as 100 % or 0 %. */
export function percentOf(share: number): string {
  const rounded = (share * 100).toFixed(1)
  if (share < 1 && rounded === '100.0') return '>99.9 %'
  if (share > 0 && rounded === '0.0') return '<0.1 %'
  return `${rounded.replace(/\.0$/, '')} %`
}

/** Seconds as a person reads them: `850 µs`, `12 ms`, `3.4 s`, `2 min 05 s`. */
export function durationOf(seconds: number): string {
  if (seconds === 0) return '0 s'
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} µs`
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const rest = (part: number) => `${part}`.padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${rest(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${rest(Math.floor((whole % 3600) / 60))} min`
}

export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
