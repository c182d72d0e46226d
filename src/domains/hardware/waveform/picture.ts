import wavedrom from 'wavedrom'
import { valueText, type Window, type WindowOptions, windowOf } from './window.ts'

/**
 * A window of a waveform as SVG, a column for each moment that something changes (or for each rising edge of the
 * clock), with the times above. What is unknown is hatched, what is not driven is a line in the middle, and a bus of
 * which some bits are unknown is red with its digits. Throws `UsageError` (`bad-vcd`, `no-signal`, `bad-window`).
 */
export function windowSvg(vcd: string, options: WindowOptions & { readonly title?: string } = {}): string {
  const window = windowOf(vcd, options, 40)
  const longest = Math.max(4, ...labelsOf(window).map((label) => label.length))
  const source = {
    head: {
      ...(options.title === undefined ? {} : { text: safe(options.title) }),
      // WaveDrom labels the end of the last column too, and adds a 0 to the text: neither is to be seen.
      tick: [...window.rows.map(({ time }) => String(time)), '\u200b', ''].join(' '),
    },
    config: { hscale: Math.min(8, Math.ceil((longest + 1) / 5)) },
    signal: window.signals.map((signal, index) => ({
      name: safe(window.names[index]! + (signal.width === 1 ? '' : `[${signal.width - 1}:0]`)),
      ...lane(window.rows.map(({ values }) => values[index])),
    })),
  }
  return wavedrom.onml.stringify(wavedrom.renderAny(0, source, wavedrom.waveSkin))
}

function labelsOf(window: Window): string[] {
  return window.rows.flatMap(({ time, values }) => [
    String(time),
    ...values.map((value) => (value === undefined || value.length === 1 ? '' : short(value))),
  ])
}

/** WaveDrom's letters: `.` goes on, `=` is a bus with a label, `9` a bus in red. */
function lane(values: readonly (string | undefined)[]): { wave: string; data: string[] } {
  const data: string[] = []
  let wave = ''
  values.forEach((value, index) => {
    const letter = letterOf(value)
    if (index > 0 && value === values[index - 1]) wave += '.'
    else {
      wave += letter
      if (letter === '=' || letter === '9') data.push(short(value ?? ''))
    }
  })
  return { wave, data }
}

function letterOf(value: string | undefined): string {
  if (value === undefined || /^x+$/.test(value)) return 'x'
  if (/^z+$/.test(value)) return 'z'
  if (value.length === 1 && /[01]/.test(value)) return value
  return /[xz]/.test(value) ? '9' : '='
}

function short(value: string): string {
  const text = valueText(value)
  return text.length <= 24 ? text : `${text.slice(0, 10)}…${text.slice(-10)}`
}

/** Names come from designs; WaveDrom would take `<…>` for its own markup. */
function safe(name: string): string {
  return name.replace(/[^\w.[\]:$ ,()=+-]/g, '_').slice(0, 80)
}
