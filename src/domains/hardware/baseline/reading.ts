/** One port of the module that the brief asks for. */
export interface Port {
  readonly direction: 'input' | 'output'
  readonly name: string
  /** In bits. */
  readonly width: number
}

export interface Clock {
  readonly name: string
  readonly edge: 'posedge' | 'negedge'
}

export interface Reset {
  readonly name: string
  readonly activeHigh: boolean
  readonly asynchronous: boolean
}

/** What the agent took from a brief's instructions, in the form that the recognisers work on. */
export interface Reading {
  readonly ports: readonly Port[]
  readonly outputs: readonly Port[]
  /** The inputs but the clock and the reset. */
  readonly data: readonly Port[]
  readonly clock: Clock | undefined
  readonly reset: Reset | undefined
  /** The instructions line by line, for tables and lists; without backquotes. */
  readonly lines: readonly string[]
  /** The instructions in one line, single spaces between words; without backquotes. */
  readonly text: string
}

/** A list of ports as VerilogEval and Touchstone's own suites write it: ` - input  in (8 bits)`. */
const listedPort = /^\s*-\s*(input|output)\s+([A-Za-z_]\w*)\s*(?:\(\s*(\d+)\s*bits?\s*\))?\s*,?\s*$/

/** Reads the ports and the clocking out of a brief's instructions. */
export function read(instructions: string): Reading {
  const plain = instructions.replace(/[`\r]/g, '').replace(/^\s*\/\/ ?/gm, '')
  const lines = plain.split('\n')
  const listed = portsOf(lines)
  const ports = withAnOutput(listed.length > 0 ? listed : headerPortsOf(plain))
  const rest = lines.filter((line) => !listedPort.test(line))
  const text = rest.join(' ').replace(/\s+/g, ' ').trim()
  const inputs = ports.filter((port) => port.direction === 'input')
  const clock = inputs.find((port) => /^(clk|clock)$/i.test(port.name))
  const reset = clock && inputs.find((port) => isReset(port, text))
  return {
    ports,
    outputs: ports.filter((port) => port.direction === 'output'),
    data: inputs.filter((port) => port !== clock && port !== reset),
    clock: clock && {
      name: clock.name,
      edge: /(negative|falling) edge of (the )?cl/i.test(text) ? 'negedge' : 'posedge',
    },
    reset: reset && {
      name: reset.name,
      activeHigh: !(/n$/i.test(reset.name) || /active[- ]low/i.test(text)),
      asynchronous: isAsynchronous(reset.name, text),
    },
    lines,
    text,
  }
}

function portsOf(lines: readonly string[]): Port[] {
  return lines.flatMap((line) => {
    const found = listedPort.exec(line)
    return found
      ? [{ direction: found[1] as Port['direction'], name: found[2]!, width: Number(found[3] ?? 1) }]
      : []
  })
}

/** The ports of a Verilog header, where the brief has one in place of a list. Names without a direction share the last. */
function headerPortsOf(text: string): Port[] {
  const header = /\bmodule\s+TopModule\s*\(([^;]*)\)\s*;/.exec(text)?.[1] ?? ''
  const item = /^(?:(input|output)\s+)?(?:(?:reg|logic|wire)\s+)?(?:\[(\d+):(\d+)\]\s*)?([A-Za-z_]\w*)$/
  const ports: Port[] = []
  for (const part of header.split(',')) {
    const [, direction, high, low, name] = item.exec(part.trim()) ?? []
    const last = ports.at(-1)
    if (!name || !(direction || last)) return []
    const width = high ? Number(high) - Number(low) + 1 : direction ? 1 : last!.width
    ports.push({ direction: (direction as Port['direction']) ?? last!.direction, name, width })
  }
  return ports
}

/** A list without any output is a slip of the brief: the last port is then taken for one. */
function withAnOutput(ports: Port[]): Port[] {
  if (ports.some((port) => port.direction === 'output')) return ports
  return ports.map((port, place) => (place === ports.length - 1 ? { ...port, direction: 'output' } : port))
}

function isReset(port: Port, text: string): boolean {
  if (port.width !== 1) return false
  if (/^a?(reset|rst)_?n?$/i.test(port.name)) return true
  return /^a?r$/i.test(port.name) && /\breset\b/i.test(text)
}

/** The first of the two words in a sentence about the reset decides. */
function isAsynchronous(name: string, text: string): boolean {
  const about = text
    .split(/(?<=\.)\s/)
    .filter((sentence) => /reset/i.test(sentence) || sentence.includes(name))
  const word = /\ba?synchronous(ly)?\b/i.exec(about.join(' '))
  return word ? /^a/i.test(word[0]) : /^ar/i.test(name)
}
