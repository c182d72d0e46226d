/**
 * What yosys's elaborated design shows before anything is optimised, where it would be read otherwise than it is
 * simulated. Once names of one wire are joined, a wire with two drivers looks like one that makes them equal: a proof
 * would then hold only where they are.
 */

/** A part of a wire, or a constant, as it stands in yosys's intermediate language (its manual, "RTLIL text"). */
interface Piece {
  readonly wire?: string
  readonly low: number
  readonly width: number
  /** Most significant bit first. */
  readonly constant?: string
}

/** Outputs of the cells that elaboration makes. */
const outputs = new Set(['\\Y', '\\Q', '\\RD_DATA'])
/** The address of an array that yosys has made registers of, which it cuts to the bits that the array needs. */
const registerArray = /mem2reg_(?:rd|wr)\$\\?(.*?)\$.*_ADDR/
const address = /^\\(?:RD|WR)_ADDR$/

/** Why the elaborated design in `text` does not say what the simulator does; undefined where it does. */
export interface Reading {
  /** A wire that two things drive. */
  readonly severalDrivers?: string
  /** A memory that can be addressed beyond its end, where a simulator reads X and writes nothing. */
  readonly openMemory?: string
}

/** Reads what `write_ilang` writes of a flattened module without processes. */
export function readingOf(text: string): Reading {
  const widths = new Map<string, number>()
  const driven = new Map<string, [low: number, high: number][]>()
  const drive = (pieces: readonly Piece[]) => {
    for (const { wire, low, width } of pieces) {
      if (wire === undefined) continue
      const ranges = driven.get(wire)
      if (ranges === undefined) driven.set(wire, [[low, low + width]])
      else ranges.push([low, low + width])
    }
  }
  let openMemory: string | undefined
  let memory: { name: string; abits: number; size: number; offset: number } | undefined
  let cell = false
  for (const line of text.split('\n')) {
    const words = line.trim().split(' ')
    const [head] = words
    if (head === 'wire') {
      const name = words.at(-1)!
      const width = words.indexOf('width')
      widths.set(name, width === -1 ? 1 : Number(words[width + 1]))
      if (words.includes('input')) drive([{ wire: name, low: 0, width: widths.get(name)! }])
    } else if (head === 'cell') {
      cell = true
      memory = /^\$mem/.test(words[1]!) ? { name: words[2]!, abits: 0, size: 0, offset: 0 } : undefined
    } else if (head === 'end') {
      cell = false
      memory = undefined
    } else if (head === 'parameter' && memory !== undefined) {
      const value = Number(words.at(-1))
      if (words[1] === '\\ABITS') memory.abits = value
      if (words[1] === '\\SIZE') memory.size = value
      if (words[1] === '\\OFFSET') memory.offset = value
    } else if (head === 'connect') {
      const pieces = piecesOf(words.slice(1), widths)
      if (!cell) {
        drive(pieces.first)
        const array = registerArray.exec(words[1]!)?.[1]
        if (array !== undefined && pieces.rest.some((piece) => isCut(piece, widths))) openMemory ??= array
      } else if (outputs.has(words[1]!)) drive(pieces.rest)
      else if (memory !== undefined && address.test(words[1]!) && reachesBeyond(pieces.rest, memory))
        openMemory ??= plain(memory.name)
    }
  }
  const twice = [...driven].find(([, ranges]) => overlap(ranges))
  return {
    ...(twice && { severalDrivers: plain(twice[0]) }),
    ...(openMemory !== undefined && { openMemory }),
  }
}

/** The first signal of a connection, and those after it; both with the most significant piece first. */
function piecesOf(
  words: readonly string[],
  widths: ReadonlyMap<string, number>,
): { first: readonly Piece[]; rest: readonly Piece[] } {
  const signals: Piece[][] = []
  let open: Piece[] | undefined
  for (const word of words) {
    const range = /^\[(\d+)(?::(\d+))?\]$/.exec(word)
    const last = (open ?? signals.at(-1))?.at(-1)
    if (word === '{') {
      open = []
      signals.push(open)
    } else if (word === '}') open = undefined
    else if (range !== null && last !== undefined) {
      const low = Number(range[2] ?? range[1])
      const group = open ?? signals.at(-1)!
      group[group.length - 1] = { ...last, low, width: Number(range[1]) - low + 1 }
    } else {
      const piece = pieceOf(word, widths)
      if (open === undefined) signals.push([piece])
      else open.push(piece)
    }
  }
  return { first: signals[0] ?? [], rest: signals.slice(1).flat() }
}

function pieceOf(word: string, widths: ReadonlyMap<string, number>): Piece {
  if (/^[\\$]/.test(word)) return { wire: word, low: 0, width: widths.get(word) ?? 1 }
  const sized = /^(\d+)'(.*)$/.exec(word)
  const constant = sized === null ? (Number(word) >>> 0).toString(2).padStart(32, '0') : sized[2]!
  const width = sized === null ? 32 : Number(sized[1])
  return { low: 0, width, constant: constant.padStart(width, constant[0]) }
}

/** Most bits that an address is looked at with; none in earnest has more. */
const mostAddressBits = 64

function isCut({ wire, width }: Piece, widths: ReadonlyMap<string, number>): boolean {
  return wire !== undefined && width < (widths.get(wire) ?? 0)
}

function reachesBeyond(
  pieces: readonly Piece[],
  { abits, size, offset }: { abits: number; size: number; offset: number },
): boolean {
  if (offset !== 0 || abits > mostAddressBits || abits === 0) return true
  const bits = [...pieces]
    .reverse()
    .flatMap(({ width, constant }) =>
      Array.from({ length: width }, (_, index) => constant?.[constant.length - 1 - index] ?? '?'),
    )
  for (let port = 0; port < bits.length; port += abits) {
    // The largest address that it can be, with every bit that is not known taken for 1.
    let most = 0
    for (let bit = 0; bit < abits; bit++) if (bits[port + bit] !== '0') most += 2 ** bit
    if (most >= size) return true
  }
  return false
}

function overlap(ranges: readonly (readonly [number, number])[]): boolean {
  if (ranges.length < 2) return false
  const sorted = [...ranges].sort(([a], [b]) => a - b)
  return sorted.some(([low], index) => index > 0 && low < sorted[index - 1]![1])
}

function plain(name: string): string {
  return name.replace(/^\\/, '')
}
