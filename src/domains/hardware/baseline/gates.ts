import { assign, type Recogniser } from './design.ts'
import type { Port } from './reading.ts'

const gateWords = ['nand', 'nor', 'xnor', 'and', 'or', 'xor', 'not'] as const
type Gate = (typeof gateWords)[number]
const anyGate = gateWords.join('|')
const operators = { and: '&', or: '|', xor: '^' } as const

/** A gate over several operands, or over the bits of a single one. */
export function gate(kind: Gate, operands: readonly string[]): string {
  if (kind === 'not') return `~${operands[0]}`
  const positive = kind === 'nand' ? 'and' : kind === 'nor' ? 'or' : kind === 'xnor' ? 'xor' : kind
  const operator = operators[positive]
  const joined = operands.length === 1 ? `${operator}${operands[0]}` : operands.join(` ${operator} `)
  return kind === positive ? joined : `~(${joined})`
}

/** "always outputs a LOW", "should always drive 1". */
export const constant: Recogniser = ({ text, data, outputs }) => {
  const level = /always (?:outputs?|drives?)(?: a)? (low|high|0|1)\b/i.exec(text)?.[1]?.toLowerCase()
  if (data.length > 0 || !level) return undefined
  const value = level === 'high' || level === '1' ? "'1" : "'0"
  return { body: outputs.map((output) => assign(output, value)).join('\n'), why: `always ${level}` }
}

/** "should behave like a wire", "to the same value as the input", and lists of `a -> w`. */
export const wires: Recogniser = ({ text, lines, data, outputs }) => {
  const arrows = lines.flatMap((line) => {
    const found = /^\s*(\w+)\s*->\s*(\w+)\s*$/.exec(line)
    return found ? [{ from: found[1]!, to: found[2]! }] : []
  })
  const connected = outputs.map((output) => ({ output, arrow: arrows.find(({ to }) => to === output.name) }))
  if (connected.every(({ arrow }) => arrow)) {
    return {
      body: connected.map(({ output, arrow }) => assign(output, arrow!.from)).join('\n'),
      why: 'a list of connections',
    }
  }
  const single = data.length === 1 && outputs.length === 1 && data[0]!.width === outputs[0]!.width
  if (!single || !/behaves? like a wire|same value as the input/i.test(text)) return undefined
  return { body: assign(outputs[0]!, data[0]!.name), why: 'a wire' }
}

/**
 * One kind of gate in the whole text, over all one-bit inputs: "a NOR gate", "an AND gate using both …". Several
 * equal gates in a package share their inputs out by the names' common beginning (`p1a`, `p1b` to `p1y`). An output
 * that the text calls clocked gets a flip-flop.
 */
export const singleGate: Recogniser = ({ text, data, outputs, clock }) => {
  const kinds = new Set(
    [...text.matchAll(new RegExp(`\\b(${anyGate})\\b(?= gates?\\b)`, 'gi'))].map((found) =>
      found[1]!.toLowerCase(),
    ),
  )
  const [kind] = kinds as Set<Gate>
  const plain = [...data, ...outputs].every((port) => port.width === 1)
  if (kinds.size !== 1 || !kind || !plain || data.length < (kind === 'not' ? 1 : 2)) return undefined
  if (clock && !/clocked[^()]*\(output /.test(text)) return undefined
  const packaged = /\b(two|three|four) \d-input \w+ gates/i.test(text)
  const lines = outputs.map((output) => {
    const mine = packaged ? data.filter((port) => port.name.slice(0, -1) === output.name.slice(0, -1)) : data
    const expression = gate(
      kind,
      mine.map((port) => operandOf(port, text)),
    )
    const isClocked = clock && new RegExp(`clocked[^()]*\\(output ${output.name}\\)`).test(text)
    return isClocked
      ? `always @(${clock.edge} ${clock.name}) ${output.name} <= ${expression};`
      : assign(output, expression)
  })
  return {
    body: lines.join('\n'),
    why: `${kind.toUpperCase()} gate over ${data.map((port) => port.name).join(', ')}`,
  }
}

/** A bubble at a gate's input is an inverter. */
function operandOf(port: Port, text: string): string {
  return new RegExp(`\\b${port.name} input to the \\w+ gate has a bubble`, 'i').test(text)
    ? `~${port.name}`
    : port.name
}

/** A gate for each output in a list: "(1) out_and: a and b", "(2) out_or : output of a 4-input OR gate". */
export const listedGates: Recogniser = ({ lines, data, outputs }) => {
  const described = outputs.map((output) => {
    const line = lines
      .map((text) => /^\s*(?:\(\d+\)|-)?\s*(\w+)\s*:\s*(.+)$/.exec(text))
      .find((found) => found?.[1] === output.name)
    const expression = line && listedGate(line[2]!, data)
    return expression && assign(output, expression)
  })
  if (!described.every((line) => line)) return undefined
  return { body: described.join('\n'), why: `a gate named for each of ${outputs.length} outputs` }
}

function listedGate(words: string, data: readonly Port[]): string | undefined {
  const overAll = new RegExp(`\\d+-input\\s+(${anyGate})\\s+gate`, 'i').exec(words)
  if (overAll)
    return gate(
      overAll[1]!.toLowerCase() as Gate,
      data.map((port) => port.name),
    )
  const infix = new RegExp(`^(\\w+) (${anyGate}|and-not) (\\w+)\\.?$`, 'i').exec(words.trim())
  if (!infix || ![infix[1], infix[3]].every((name) => data.some((port) => port.name === name)))
    return undefined
  const kind = infix[2]!.toLowerCase()
  if (kind === 'and-not') return `${infix[1]} & ~${infix[3]}`
  return gate(kind as Gate, [infix[1]!, infix[3]!])
}

/** "the boolean function z = (x^y) & x": an expression in Verilog's own operators for each output. */
export const expressions: Recogniser = ({ text, data, outputs, clock }) => {
  if (clock) return undefined
  const names = data.map((port) => port.name).join('|')
  const token = String.raw`(?:\b(?:${names})\b(?:\[\d+(?::\d+)?\])?|[~^&|()+-])`
  const found = outputs.map((output) => {
    const stated = new RegExp(`\\b${output.name}(?:\\[\\d+:\\d+\\])? = (${token}(?:\\s*${token})+)`).exec(
      text,
    )?.[1]
    return stated && /[~^&|+-]/.test(stated) ? assign(output, stated) : undefined
  })
  if (names === '' || !found.every((line) => line)) return undefined
  return { body: found.join('\n'), why: 'an expression for each output' }
}
