import type { Reading } from './reading.ts'

export interface Arrow {
  readonly from: string
  readonly to: string
  /** Value by input; empty for an arrow that is always taken. */
  readonly condition: Readonly<Record<string, string>>
  /** Outputs given on the arrow: a Mealy machine's. */
  readonly outputs: Readonly<Record<string, string>>
}

/** A state machine as the brief draws it. */
export interface Machine {
  /** In the order in which they are first left. */
  readonly states: readonly string[]
  readonly arrows: readonly Arrow[]
  /** Values of a Moore machine's outputs by state, then by output. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/** `A (0) --1--> B`, `ON (out=1) --k=0--> ON`, `A --x=0 (z=0)--> A`. */
const arrowLine = /^\s*(\w+)\s*(?:\(([^)]*)\))?\s+-{2,}(.+?)-{2,}>\s*(\w+)\s*$/
/** `A | C, D | 0` below a heading with `in=0`, `in=1`. */
const tableHead = /state.*\|.*?(\w+)=0,.*?(\w+)=1\s*\|\s*output/i
const tableRow = /^\s*(\w+)\s*\|\s*(\w+),\s*(\w+)\s*\|\s*([01])\s*$/

/** The machine in the instructions, as a list of arrows or as a state table; undefined where there is none. */
export function machineOf(reading: Reading): Machine | undefined {
  return fromArrows(reading) ?? fromTable(reading)
}

function fromArrows(reading: Reading): Machine | undefined {
  const input = reading.data.filter((port) => !isStateName(port.name)).map((port) => port.name)
  const arrows: Arrow[] = []
  const outputs = new Map<string, Record<string, string>>()
  for (const line of reading.lines) {
    const found = arrowLine.exec(line)
    if (!found) continue
    const [, from, given = '', label, to] = found
    const [, condition = '', mealy = ''] = /^([^()]*)(?:\(([^)]*)\))?$/.exec(label!.trim()) ?? []
    arrows.push({ from: from!, to: to!, condition: valuesOf(condition, input), outputs: valuesOf(mealy, []) })
    outputs.set(from!, valuesOf(given, moorNames(reading)))
  }
  if (arrows.length < 2) return undefined
  return { states: [...new Set(arrows.map((arrow) => arrow.from))], arrows, outputs }
}

function fromTable(reading: Reading): Machine | undefined {
  const head = reading.lines.map((line) => tableHead.exec(line)).find((found) => found)
  if (!head) return undefined
  const arrows: Arrow[] = []
  const outputs = new Map<string, Record<string, string>>()
  const output = moorNames(reading).at(-1)
  for (const line of reading.lines) {
    const found = tableRow.exec(line)
    if (!found) continue
    const [, from, when0, when1, value] = found
    arrows.push({ from: from!, to: when0!, condition: { [head[1]!]: '0' }, outputs: {} })
    arrows.push({ from: from!, to: when1!, condition: { [head[1]!]: '1' }, outputs: {} })
    outputs.set(from!, output ? { [output]: value! } : {})
  }
  if (arrows.length < 2) return undefined
  return { states: [...new Set(arrows.map((arrow) => arrow.from))], arrows, outputs }
}

/** Inputs and outputs that carry a state, not a value of the machine. */
export function isStateName(name: string): boolean {
  return /^(present_|next_)?(state|y)$/i.test(name)
}

/** The outputs that a bare `(0, 1)` after a state's name gives values to, in order. */
function moorNames(reading: Reading): string[] {
  return reading.outputs
    .filter((port) => port.width === 1 && !/^Y\d+$/.test(port.name) && !/_next$/.test(port.name))
    .map((port) => port.name)
}

/** `j=0, k=1` by name, or `0, 1` by place in `names`. Words such as "always" give no condition. */
function valuesOf(words: string, names: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  words.split(',').forEach((part, place) => {
    const [, name, value] = /^\s*(?:(\w+)\s*=\s*)?([01])\s*$/.exec(part) ?? []
    const target = name ?? names[place]
    if (value !== undefined && target !== undefined) values[target] = value
  })
  return values
}
