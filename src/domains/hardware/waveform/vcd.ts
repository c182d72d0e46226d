import { UsageError } from '../../../core/errors.ts'

/** A signal of a waveform. */
export interface Signal {
  /** With the scopes that it is in: `bench.top.count`. */
  readonly name: string
  /** Bits. */
  readonly width: number
  /** `wire`, `reg`, `integer`, `parameter`, `real`, … */
  readonly kind: string
  /** Values in the order of their times: binary digits, `x` and `z`, as many as `width`; decimal for `real`. */
  readonly changes: readonly Change[]
}

export interface Change {
  /** In units of `Waveform.timescale`. */
  readonly time: number
  readonly value: string
}

export interface Waveform {
  /** One unit of time: `1ps`. */
  readonly timescale: string
  readonly signals: readonly Signal[]
  /** The last time in the file, within `to`. */
  readonly end: number
  /** True where limits cut the file off: what is after `end` is not known. */
  readonly cut: boolean
}

export interface ReadOptions {
  /**
   * Names to read, with or without their scopes; a name with `*` stands for all that match. All where absent. The
   * shallowest signal of that name is taken where several scopes have it.
   */
  readonly signals?: readonly string[]
  /** First and last time to keep changes of; the value at `from` is kept too. */
  readonly from?: number
  readonly to?: number
}

/** What a file may make us keep. */
const limits = { declarations: 100_000, signals: 1000, changes: 200_000, bits: 4096, depth: 200 } as const

interface Declared {
  readonly name: string
  readonly code: string
  readonly width: number
  readonly kind: string
}

/**
 * Reads a value change dump (IEEE 1364-2005, clause 18). Signals that are not asked for cost nothing, and what is
 * after `to` is not read. Throws `UsageError` (`bad-vcd`) where the text is no dump, and (`no-signal`) for a name
 * that it has not got.
 */
export function readVcd(text: string, options: ReadOptions = {}): Waveform {
  const { from = 0, to = Number.POSITIVE_INFINITY } = options
  const { declared, timescale, bodyStart } = readHeader(text)
  const chosen = choose(declared, options.signals)
  const kept = new Map<string, { width: number; kind: string; changes: Change[] }>()
  for (const { code, width, kind } of chosen)
    if (!kept.has(code)) kept.set(code, { width, kind, changes: [] })
  let time = 0
  let end = 0
  let count = 0
  let cut = false
  for (const change of changesIn(text, bodyStart)) {
    if ('time' in change) {
      if (change.time < time) throw notVcd(`time ${change.time} after ${time}`)
      if (change.time > to) break
      time = change.time
      end = time
      continue
    }
    const entry = kept.get(change.code)
    if (!entry) continue
    if (++count > limits.changes) {
      cut = true
      break
    }
    note(entry.changes, { time, value: extended(change.value, entry.width) }, from)
  }
  const signals = chosen.map(({ name, code }) => ({ name, ...kept.get(code)! }))
  return { timescale, signals, end: Math.max(end, from), cut }
}

/** Names of all signals, in the order of the file. Throws `UsageError` (`bad-vcd`). */
export function signalsIn(text: string): { name: string; width: number }[] {
  return readHeader(text).declared.map(({ name, width }) => ({ name, width }))
}

/** Keeps one value for the start of the window, and one for each time. */
function note(changes: Change[], change: Change, from: number): void {
  const last = changes.at(-1)
  const at = Math.max(change.time, from)
  if (last !== undefined && last.time === at) changes[changes.length - 1] = { time: at, value: change.value }
  else if (last?.value !== change.value) changes.push({ time: at, value: change.value })
}

function readHeader(text: string): { declared: Declared[]; timescale: string; bodyStart: number } {
  const declared: Declared[] = []
  const scopes: string[] = []
  const command = /\$(\w+)\s([\s\S]*?)\$end/y
  let timescale = '1s'
  let at = text.search(/\S/)
  if (at === -1) throw notVcd('an empty file')
  for (;;) {
    command.lastIndex = at
    const found = command.exec(text)
    if (found === null) throw notVcd('no $enddefinitions')
    const [whole, word, body] = [found[0], found[1]!, found[2]!.trim()]
    if (word === 'timescale') timescale = body.replace(/\s+/g, '').slice(0, 10)
    else if (word === 'scope') {
      if (scopes.length >= limits.depth) throw notVcd(`more than ${limits.depth} scopes in one another`)
      scopes.push(body.split(/\s+/)[1] ?? '')
    } else if (word === 'upscope') scopes.pop()
    else if (word === 'var') {
      if (declared.length >= limits.declarations) throw notVcd(`more than ${limits.declarations} signals`)
      declared.push(variable(body, scopes))
    }
    at += whole.length
    while (/\s/.test(text[at] ?? '')) at++
    if (word === 'enddefinitions') return { declared, timescale, bodyStart: at }
  }
}

/** `wire 8 ! count [7:0]`: kind, width, code, name and range. */
function variable(body: string, scopes: readonly string[]): Declared {
  const [kind = '', size = '', code = '', name = '', range = ''] = body.split(/\s+/)
  const width = Number(size)
  if (!Number.isSafeInteger(width) || width < 1 || code === '' || name === '')
    throw notVcd(`the variable "${body.slice(0, 60)}"`)
  // A single bit of a vector is a signal of its own: `count [3]`.
  const bit = /^\[\d+\]$/.test(range) ? range : ''
  return { kind, code, width, name: [...scopes, `${name.replace(/^\\/, '')}${bit}`].join('.').slice(0, 500) }
}

function choose(declared: readonly Declared[], asked: readonly string[] | undefined): Declared[] {
  const narrow = declared.filter(({ width }) => width <= limits.bits)
  if (asked === undefined) return narrow.slice(0, limits.signals)
  const chosen = asked.slice(0, limits.signals).flatMap((name) => {
    if (name.includes('*')) return narrow.filter((each) => matches(each.name, name))
    const ends = narrow.filter((each) => each.name === name || each.name.endsWith(`.${name}`))
    const depth = ({ name: full }: Declared) => full.split('.').length
    const [first] = ends.sort((a, b) => depth(a) - depth(b))
    if (first !== undefined) return [first]
    const names = narrow.slice(0, 40).map((each) => each.name)
    throw new UsageError(
      'no-signal',
      `the waveform has no signal ${name.slice(0, 200)}; it has: ${names.join(', ')}${narrow.length > 40 ? ', …' : ''}`,
    )
  })
  return [...new Set(chosen)].slice(0, limits.signals)
}

/** One star or more, each for any characters; on the whole name or on what follows a scope. Linear in the name. */
function matches(name: string, glob: string): boolean {
  const parts = glob.split('*')
  const starts = [0, ...[...name].flatMap((letter, index) => (letter === '.' ? [index + 1] : []))]
  return starts.some((start) => {
    if (!name.startsWith(parts[0]!, start)) return false
    let at = start + parts[0]!.length
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return name.length - parts.at(-1)!.length >= at && name.endsWith(parts.at(-1)!)
  })
}

/** `#10`, `1!`, `bx01 "`, `r1.5 #`; the keywords around them say nothing about values. */
function* changesIn(
  text: string,
  start: number,
): Generator<{ time: number } | { code: string; value: string }> {
  const token = /\S+/g
  token.lastIndex = start
  let ended = false
  const next = () => {
    // An expression that has come to the end would begin again.
    const word = ended ? undefined : token.exec(text)?.[0]
    ended = word === undefined
    return word
  }
  for (let word = next(); word !== undefined; word = next()) {
    const first = word[0]!
    if (first === '#') {
      const time = Number(word.slice(1))
      if (word.length === 1 || !Number.isSafeInteger(time)) throw notVcd(`the time ${word.slice(0, 40)}`)
      yield { time }
    } else if ('01xXzZ'.includes(first)) yield { value: first.toLowerCase(), code: word.slice(1) }
    else if ('bBrR'.includes(first))
      yield { value: word.slice(1, limits.bits + 1).toLowerCase(), code: next() ?? '' }
    else if (word === '$comment') while (word !== undefined && word !== '$end') word = next()
    else if (first !== '$') throw notVcd(`"${word.slice(0, 40)}" among the values`)
  }
}

/** A value of fewer digits than the signal has bits is extended by 0, or by the x or z that it begins with. */
function extended(value: string, width: number): string {
  if (!/^[01xz]+$/.test(value)) return value.slice(0, 40)
  const fill = value[0] === '1' ? '0' : value[0]!
  return value.length < width ? fill.repeat(width - value.length) + value : value.slice(-width)
}

function notVcd(what: string): UsageError {
  return new UsageError('bad-vcd', `this is no value change dump that can be read: ${what}`)
}
