import { topModule } from '../key.ts'
import { type Change, type Finder, pick } from './change.ts'
import { clockOf, isReset } from './clocks.ts'
import { bitsOf, type Port, portsWithWidth } from './interface.ts'
import type { Reading } from './reading.ts'

const core = `${topModule}_core`

/** Bits that are compared at least, where the inputs allow: the output is wrong once in so many powers of two. */
const rareBits = 16
const mostBits = 24

/** How often each of these is made; the seed could make any number. */
const each = 3

/** An output that is wrong where the inputs, or the last of them, have one rare value. */
export const rareInput: Finder = (reading, random) => {
  const parts = partsOf(reading)
  if (parts === undefined || parts.data.length === 0) return []
  const { data, clock } = parts
  return Array.from({ length: each }, () => {
    const bits = data.length <= mostBits ? data : sample(data, rareBits, random)
    const moments = clock === undefined ? 1 : Math.ceil(rareBits / bits.length)
    const width = bits.length * moments
    const value = binary(width, random)
    const now = `{${bits.join(', ')}}`
    const kept = width - bits.length
    const history =
      moments === 1
        ? []
        : [
            `  reg [${kept - 1}:0] seen = 0;`,
            `  always @(${clock!.edge} ${clock!.name}) seen <= {seen, ${now}};`,
          ]
    const when = moments === 1 ? now : `{seen, ${now}}`
    const where = moments === 1 ? 'its inputs are' : `its inputs in ${moments} cycles were`
    return flipped(reading, parts, pick(parts.outputs, random), random, {
      declarations: history,
      condition: `${when} === ${width}'b${value}`,
      words: `where ${where} ${value} (${bits.length === data.length ? 'all data inputs' : bits.join(', ')})`,
    })
  })
}

/** Longer than testbenches wait without a reason, and still within the reach of a prover. */
const fewestCycles = 1000
const spreadCycles = 256

/** An output that is wrong in one cycle, long after the start. */
export const longCount: Finder = (reading, random) => {
  const parts = partsOf(reading)
  if (parts?.clock === undefined) return []
  const { edge, name } = parts.clock
  return Array.from({ length: each }, () => {
    const cycles = fewestCycles + Math.floor(random() * spreadCycles)
    return flipped(reading, parts, pick(parts.outputs, random), random, {
      declarations: ['  reg [10:0] cycles = 0;', `  always @(${edge} ${name}) cycles <= cycles + 1'b1;`],
      condition: `cycles === 11'd${cycles}`,
      words: `in cycle ${cycles}`,
    })
  })
}

/** One bit of an output that never changes. */
export const stuck: Finder = (reading, random) => {
  const parts = partsOf(reading)
  if (parts === undefined) return []
  const all = parts.outputs.flatMap((port) => bitsOf(port).map((bit) => ({ port, bit })))
  return sample(all, each, random).flatMap(({ port, bit }) =>
    ['0', '1'].map((value) =>
      wrapped(reading, parts, port, [], stuckAt(port, bit, value), `output ${bit} is stuck at ${value}`),
    ),
  )
}

interface Parts {
  readonly ports: readonly Port[]
  readonly outputs: readonly Port[]
  /** Bits of the inputs that are neither clock nor reset. */
  readonly data: readonly string[]
  readonly clock: { readonly edge: string; readonly name: string } | undefined
}

/** Undefined where the module cannot be put into another. */
function partsOf(reading: Reading): Parts | undefined {
  const ports = portsWithWidth(reading)
  const taken = new Set(reading.words.map(({ text }) => text))
  const own = [core, 'seen', 'cycles', 'core', 'rare', ...(ports ?? []).map(({ name }) => `${name}_core`)]
  if (ports === undefined || own.some((name) => taken.has(name))) return undefined
  const inputs = ports.filter(({ direction }) => direction === 'input')
  const outputs = ports.filter(({ direction }) => direction === 'output')
  const found = clockOf(reading)
  const clock = found && inputs.some(({ name }) => name === found.name) ? found : undefined
  const data = inputs.filter(
    ({ name }) => name !== found?.name && !/^cl(oc)?k$/i.test(name) && !isReset(name),
  )
  if (outputs.length === 0) return undefined
  return { ports, outputs, data: data.flatMap(bitsOf), clock }
}

function flipped(
  reading: Reading,
  parts: Parts,
  port: Port,
  random: () => number,
  rare: { declarations: readonly string[]; condition: string; words: string },
): Change {
  const bit = pick(bitsOf(port), random)
  const wrong = `wire rare = ${rare.condition};`
  return wrapped(
    reading,
    parts,
    port,
    [...rare.declarations, `  ${wrong}`],
    `${port.name}_core ^ ${maskOf(port, bit, 'rare')}`,
    `output ${bit} is inverted ${rare.words}`,
  )
}

function stuckAt(port: Port, bit: string, value: string): string {
  return value === '1'
    ? `${port.name}_core | ${maskOf(port, bit, "1'b1")}`
    : `${port.name}_core & ~${maskOf(port, bit, "1'b1")}`
}

/** A vector as wide as the port that is 0 but for one bit. */
function maskOf(port: Port, bit: string, value: string): string {
  const parts = bitsOf(port).map((each) => (each === bit ? value : "1'b0"))
  return parts.length === 1 ? value : `{${parts.join(', ')}}`
}

/** The reference as it is under another name, and a module around it that changes one output. */
function wrapped(
  { words, module, last }: Reading,
  { ports }: Parts,
  port: Port,
  declarations: readonly string[],
  expression: string,
  description: string,
): Change {
  const name = words[module + 1]!
  const header = ports.map(({ direction, type, name }) => `  ${direction} ${type ? `${type} ` : ''}${name}`)
  const connections = ports.map(({ name }) => `.${name}(${name === port.name ? `${name}_core` : name})`)
  const text = [
    '',
    '',
    `module ${topModule} (`,
    header.join(',\n'),
    ');',
    `  wire ${port.type ? `${port.type} ` : ''}${port.name}_core;`,
    `  ${core} core (${connections.join(', ')});`,
    ...declarations,
    `  assign ${port.name} = ${expression};`,
    'endmodule',
  ].join('\n')
  // `endmodule : TopModule` would not fit any more.
  const { end } = words[words[last + 1]?.text === ':' ? last + 2 : last]!
  return {
    edits: [
      { start: name.start, end: name.end, text: core },
      { start: words[last]!.end, end, text },
    ],
    description,
  }
}

function sample<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const left = [...items]
  const taken: Item[] = []
  while (taken.length < count && left.length > 0)
    taken.push(...left.splice(Math.floor(random() * left.length), 1))
  return taken
}

/** Not all zero: registers that count back to the start are 0. */
function binary(width: number, random: () => number): string {
  const digits = Array.from({ length: width }, () => (random() < 0.5 ? '0' : '1')).join('')
  return digits.includes('1') ? digits : `1${digits.slice(1)}`
}
