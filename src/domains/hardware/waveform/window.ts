import { UsageError } from '../../../core/errors.ts'
import { readVcd, type Signal, signalsIn } from './vcd.ts'

export interface WindowOptions {
  /** Names, with or without their scopes, `*` for any characters. Where absent, those of the outermost scope. */
  readonly signals?: readonly string[]
  /** First and last time, in the dump's own units. */
  readonly from?: number
  readonly to?: number
  /** A clock's name: then there is one row for each of its rising edges, with the values just before it. */
  readonly clock?: string
  /** Rows at most; the first ones are kept. Default: 100 for text, 40 for a picture. */
  readonly rows?: number
}

/** Values of some signals at some moments. */
export interface Window {
  readonly timescale: string
  /** Names as short as they can be told apart. */
  readonly names: readonly string[]
  readonly signals: readonly Signal[]
  /** Values as binary digits with x and z, a cell for each signal; undefined before the first one. */
  readonly rows: readonly { readonly time: number; readonly values: readonly (string | undefined)[] }[]
  /** How many rows were left out at the end, and whether more may be missing. */
  readonly left: number
  readonly cut: boolean
}

const maxSignals = 40

/** Throws `UsageError` (`bad-vcd`, `no-signal`, `bad-window`). */
export function windowOf(vcd: string, options: WindowOptions, defaultRows: number): Window {
  const { from = 0, to = Number.POSITIVE_INFINITY, clock } = options
  if (!(from >= 0 && to >= from))
    throw new UsageError('bad-window', `a window from ${from} to ${to} is empty; give "from" not after "to"`)
  const range = { from, to }
  const waveform = readVcd(vcd, { ...range, signals: options.signals ?? outermost(vcd) })
  const shown = waveform.signals.slice(0, maxSignals)
  const clockSignal =
    clock === undefined ? undefined : readVcd(vcd, { ...range, signals: [clock] }).signals[0]
  const times = clockSignal ? risingEdges(clockSignal, from) : changeTimes(shown)
  const limit = Math.max(1, options.rows ?? defaultRows)
  const before = clockSignal !== undefined
  return {
    timescale: waveform.timescale,
    names: shortNames(shown.map(({ name }) => name)),
    signals: shown,
    rows: times.slice(0, limit).map((time) => ({
      time,
      values: shown.map((signal) => valueAt(signal, time, before)),
    })),
    left: Math.max(0, times.length - limit),
    cut: waveform.cut,
  }
}

/** The signals with the fewest scopes around them, and no constants. */
function outermost(vcd: string): string[] {
  const all = signalsIn(vcd).map(({ name }) => name)
  const depth = (name: string) => name.split('.').length
  const least = all.reduce((smallest, name) => Math.min(smallest, depth(name)), Number.POSITIVE_INFINITY)
  return all.filter((name) => depth(name) === least).slice(0, maxSignals)
}

function risingEdges(clock: Signal, from: number): number[] {
  return clock.changes.flatMap(({ time, value }, index) =>
    value === '1' && (index > 0 || time > from) && clock.changes[index - 1]?.value !== '1' ? [time] : [],
  )
}

function changeTimes(signals: readonly Signal[]): number[] {
  const times = new Set(signals.flatMap(({ changes }) => changes.map(({ time }) => time)))
  return [...times].sort((a, b) => a - b)
}

/** The value at a time, or just before it. */
function valueAt({ changes }: Signal, time: number, before: boolean): string | undefined {
  let [low, high] = [0, changes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = changes[middle]!.time
    if (before ? at < time : at <= time) low = middle + 1
    else high = middle
  }
  return changes[low - 1]?.value
}

/** Names without the scopes that none of them needs to be told apart. */
function shortNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const last = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  for (const name of names) counts.set(last(name), (counts.get(last(name)) ?? 0) + 1)
  return names.map((name) => (counts.get(last(name)) === 1 ? last(name) : name))
}

/** A value for people: one bit as it is, more in hexadecimal, with x and z where a digit has them. */
export function valueText(value: string | undefined): string {
  if (value === undefined) return '-'
  if (value.length === 1 || !/^[01xz]+$/.test(value)) return value
  if (/^x+$/.test(value)) return 'x'
  if (/^z+$/.test(value)) return 'z'
  const padded = value.padStart(Math.ceil(value.length / 4) * 4, '0')
  let digits = ''
  for (let at = 0; at < padded.length; at += 4) {
    const nibble = padded.slice(at, at + 4)
    // A capital X stands for a digit of which some bits are known.
    if (/[xz]/.test(nibble)) digits += /^x+$/.test(nibble) ? 'x' : /^z+$/.test(nibble) ? 'z' : 'X'
    else digits += Number.parseInt(nibble, 2).toString(16)
  }
  return digits
}
