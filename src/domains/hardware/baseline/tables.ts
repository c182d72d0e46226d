import { bits, type Recogniser, type Sketch } from './design.ts'
import type { Port, Reading } from './reading.ts'

/** A combinational function, row by row. Bits are in the order of the names. */
interface Table {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly rows: ReadonlyMap<string, string>
}

/** A table with a column for every port and a row for every input: "x2 | x1 | x0 | f". */
export const truthTable: Recogniser = (reading) => {
  if (reading.clock) return undefined
  const cells = (line: string) => line.split('|').map((cell) => cell.trim())
  return tableOf(reading, cells, 'a truth table')
}

/** A simulation of a combinational circuit: a time column, then a column for every port, in hexadecimal. */
export const waveform: Recogniser = (reading) => {
  if (reading.clock) return undefined
  const cells = (line: string) => {
    const [time, ...values] = line.trim().split(/\s+/)
    return time === 'time' || /^\d+ns$/.test(time!) ? values : []
  }
  return tableOf(reading, cells, 'a simulation waveform')
}

/** Reads the rows below a header that names exactly the ports; needs every input to be there. */
function tableOf(reading: Reading, cells: (line: string) => string[], what: string): Sketch | undefined {
  const { lines, data, outputs } = reading
  const ports = [...data, ...outputs]
  const start = lines.findIndex((line) => {
    const header = cells(line)
    return header.length === ports.length && ports.every((port) => header.includes(port.name))
  })
  if (start < 0) return undefined
  const header = cells(lines[start]!)
  const rows = new Map<string, string>()
  for (const line of lines.slice(start + 1)) {
    const values = cells(line)
    if (values.length !== header.length) break
    const of = (group: readonly Port[]) =>
      group.map((port) => binary(values[header.indexOf(port.name)]!, port.width)).join('')
    const [from, to] = [of(data), of(outputs)]
    if (/[^01]/.test(from)) continue
    if (rows.get(from) !== undefined && rows.get(from) !== to) return undefined
    rows.set(from, to)
  }
  const names = (group: readonly Port[]) => group.map((port) => port.name)
  return sketchOf({ inputs: names(data), outputs: names(outputs), rows }, what)
}

/** The binary digits of a hexadecimal value; anything else becomes `x`. */
function binary(value: string, width: number): string {
  if (!/^[0-9a-f]+$/i.test(value)) return 'x'.repeat(width)
  return BigInt(`0x${value}`).toString(2).padStart(width, '0').slice(-width)
}

function sketchOf(table: Table, what: string): Sketch | undefined {
  const inputBits = [...table.rows.keys()][0]?.length ?? 0
  if (inputBits === 0 || inputBits > 12 || table.rows.size !== 2 ** inputBits) return undefined
  const cases = [...table.rows].map(
    ([from, to]) => `  ${bits(from)}: {${table.outputs.join(', ')}} = ${bits(to.replaceAll('x', '0'))};`,
  )
  const head = ['always @(*)', `  case ({${table.inputs.join(', ')}})`]
  return { body: [...head, ...cases, '  endcase'].join('\n'), why: `${what} of ${table.rows.size} rows` }
}

const mapHead = /^\s*(\D\S*)\s+((?:[01]+\s+)+[01]+)\s*$/
const mapRow = /^\s*([01]+)\s*\|(.*)$/

/** A Karnaugh map: column variables above, row variables beside the column codes. `d`, `x` and `-` are don't-cares. */
export const karnaughMap: Recogniser = ({ lines, data, outputs, clock }) => {
  const start = lines.findIndex((line) => mapHead.test(line))
  if (start < 1 || clock || outputs.length !== 1 || outputs[0]!.width !== 1) return undefined
  const [, rowWords, codes] = mapHead.exec(lines[start]!)!
  const rowNames = variablesOf(rowWords!, data)
  const columnNames = variablesOf(lines[start - 1]!.trim(), data)
  if (!rowNames || !columnNames) return undefined
  const columns = codes!.trim().split(/\s+/)
  const rows = new Map<string, string>()
  for (const line of lines.slice(start + 1)) {
    const found = mapRow.exec(line)
    if (!found) break
    const values = found[2]!.split('|').map((value) => value.trim())
    columns.forEach((column, place) => {
      rows.set(column + found[1]!, values[place] === '1' ? '1' : '0')
    })
  }
  const inputs = shiftedToZero([...columnNames, ...rowNames], data)
  return sketchOf({ inputs, outputs: [outputs[0]!.name], rows }, 'a Karnaugh map')
}

/** `ab` or `x[0]x[1]` as variables; undefined where it is anything else. */
function variablesOf(words: string, data: readonly Port[]): string[] | undefined {
  const names = data.map((port) => port.name).sort((one, other) => other.length - one.length)
  const variable = String.raw`(?:${names.join('|')})(?:\[\d+\])?`
  if (names.length === 0 || !new RegExp(`^(?:${variable})+$`).test(words)) return undefined
  return words.match(new RegExp(variable, 'g')) ?? undefined
}

/** Some briefs count a vector's bits from one: `x[1]` to `x[4]` of a four-bit port. */
function shiftedToZero(names: string[], data: readonly Port[]): string[] {
  return names.map((name) => {
    const [, port, index] = /^(\w+)\[(\d+)\]$/.exec(name) ?? []
    const fromOne = names.includes(`${port}[${data.find((one) => one.name === port)?.width}]`)
    return port && fromOne ? `${port}[${Number(index) - 1}]` : name
  })
}
