import { valueText, type WindowOptions, windowOf } from './window.ts'

/**
 * A window of a waveform as a table: one row for each moment that something changes, or for each rising edge of the
 * clock. Buses in hexadecimal; `x` is unknown, `z` is not driven, `X` a hexadecimal digit of which some bits are
 * known, `-` not yet dumped. Throws `UsageError` (`bad-vcd`, `no-signal`, `bad-window`).
 */
export function windowText(vcd: string, options: WindowOptions = {}): string {
  const window = windowOf(vcd, options, 100)
  const headings = window.names.map((name, index) => {
    const { width } = window.signals[index]!
    return width === 1 ? name : `${name}[${width - 1}:0]`
  })
  const table = [
    ['time', ...headings],
    ...window.rows.map(({ time, values }) => [String(time), ...values.map(valueText)]),
  ]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join(' '))
  const what =
    options.clock === undefined ? 'a row a change' : `just before each rising edge of ${options.clock}`
  return [
    `Time in ${window.timescale}, buses in hexadecimal, ${what}.`,
    ...lines,
    ...(window.rows.length === 0 ? ['(nothing changes in this window)'] : []),
    ...(window.left > 0 ? [`(${window.left} more rows; give a later "from")`] : []),
    ...(window.cut ? ['(the dump is too long to be read to its end)'] : []),
  ].join('\n')
}
