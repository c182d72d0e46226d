import type { Token } from '../tokens.ts'

/**
 * What a text says about time that the prover does not see, or undefined. yosys drops delays and completes lists of
 * sensitivity, so what it proves of such a text is true of the circuit and not of what the simulator does with it.
 */
export function unseenTiming(tokens: readonly Token[]): string | undefined {
  const delay = tokens.find((_, index) => isDelay(tokens, index))
  if (delay !== undefined) return `the delay in line ${delay.line}`
  const constants = constantsOf(tokens)
  const outside = readByFunctions(tokens, constants)
  if (outside !== undefined)
    return `that a function or a task uses ${outside}, for which its callers do not wait`
  for (let index = 0; index < tokens.length; index++) {
    const missing = missingIn(tokens, index, constants)
    if (missing !== undefined)
      return `that the block in line ${tokens[index]!.line} does not wait for ${missing}`
  }
  return undefined
}

/** A `#` that begins no list of parameters. */
function isDelay(tokens: readonly Token[], index: number): boolean {
  if (tokens[index]!.text !== '#') return false
  const [owner, before] = [tokens[index - 1], tokens[index - 2]]
  const parameters =
    owner?.kind === 'name' &&
    !primitives.has(owner.text) &&
    tokens[index + 1]?.text === '(' &&
    // `begin : name #(5)` is a delay after a label.
    before?.text !== ':'
  return !parameters
}

const primitives = new Set(
  'assign and nand or nor xor xnor buf not bufif0 bufif1 notif0 notif1 nmos pmos cmos wire tri wand wor begin end else initial always fork join do forever'.split(
    ' ',
  ),
)

/** Words that may stand in a block and are no signals. */
const words = new Set(
  'begin end if else case casez casex endcase default for while repeat forever do return break continue integer int reg logic bit byte signed unsigned unique unique0 priority inside automatic disable genvar'.split(
    ' ',
  ),
)

/** The first signal that a block with a written list of levels reads and does not wait for. */
function missingIn(
  tokens: readonly Token[],
  index: number,
  constants: ReadonlySet<string>,
): string | undefined {
  if (tokens[index]!.text !== 'always' || tokens[index + 1]?.text !== '@') return undefined
  if (tokens[index + 2]?.text === '*') return undefined
  if (tokens[index + 2]?.text !== '(') return tokens[index + 2]?.text
  const close = tokens.findIndex((token, at) => at > index && token.text === ')')
  const list = tokens.slice(index + 3, close)
  if (list.some(({ text }) => text === '*' || text === 'posedge' || text === 'negedge')) return undefined
  const part = list.find(({ kind, text }) => kind !== 'name' && text !== ',')
  if (part !== undefined) return `more than a part of a signal (${part.text})`
  const known = new Set(list.map(({ text }) => text))
  const body = tokens.slice(close + 1, endOf(tokens, close + 1))
  const assigned = new Set(body.flatMap(({ text }, at) => (isTarget(body, at) ? [text] : [])))
  return body.find(
    ({ kind, text }, at) =>
      kind === 'name' &&
      !(body[at - 1]?.text === ':' && body[at - 2]?.text === 'begin') &&
      !known.has(text) &&
      !assigned.has(text) &&
      !words.has(text) &&
      !constants.has(text),
  )?.text
}

const declaring = new Set('input output reg logic bit integer int byte'.split(' '))

/** What a function or a task names besides its arguments and constants; `@*` does not look into either. */
function readByFunctions(tokens: readonly Token[], constants: ReadonlySet<string>): string | undefined {
  const functions = new Set<string>()
  for (let first = 0; first < tokens.length; first++) {
    const { text: word } = tokens[first]!
    if (word !== 'function' && word !== 'task') continue
    const last = tokens.findIndex(({ text }, at) => at > first && text === `end${word}`)
    if (last === -1) return undefined
    const end = tokens.findIndex(({ text }, at) => at > first && (text === '(' || text === ';'))
    const body = tokens.slice(end, last)
    const own = new Set<string>([tokens[end - 1]!.text])
    functions.add(tokens[end - 1]!.text)
    let declares = false
    for (const { kind, text } of body) {
      if (declaring.has(text)) declares = true
      else if (text === ';' || text === '=') declares = false
      else if (declares && kind === 'name') own.add(text)
    }
    const other = body.find(
      ({ kind, text }, at) =>
        kind === 'name' &&
        !(own.has(text) || functions.has(text) || words.has(text) || constants.has(text)) &&
        !declaring.has(text) &&
        !(body[at - 1]?.text === ':' && body[at - 2]?.text === 'begin') &&
        body[at + 1]?.text !== '(',
    )
    if (other !== undefined) return other.text
    first = last
  }
  return undefined
}

/** A name at the beginning of a statement, which an assignment follows. */
function isTarget(body: readonly Token[], at: number): boolean {
  if (body[at]!.kind !== 'name') return false
  let next = at + 1
  for (let depth = 0; next < body.length; next++) {
    const { text } = body[next]!
    if (text === '[') depth++
    else if (text === ']') depth--
    else if (depth === 0) break
  }
  const before = body[at - 1]?.text
  const begins = before === undefined || [';', 'begin', 'end', 'else', ')', ':', ',', '{'].includes(before)
  const [sign, more] = [body[next]?.text, body[next + 1]?.text]
  return begins && ((sign === '=' && more !== '=') || (sign === '<' && more === '=') || sign === '}')
}

/** Where a statement ends that begins at `start`: after its `end`, or at the next item of the module. */
function endOf(tokens: readonly Token[], start: number): number {
  const items = new Set([
    'always',
    'always_comb',
    'always_ff',
    'always_latch',
    'assign',
    'endmodule',
    'initial',
  ])
  for (let at = start, depth = 0; at < tokens.length; at++) {
    const { text } = tokens[at]!
    if (text === 'begin') depth++
    else if (text === 'end' && --depth === 0) return at + 1
    else if (depth === 0 && items.has(text)) return at
  }
  return tokens.length
}

/** Parameters and members of enumerations. */
function constantsOf(tokens: readonly Token[]): Set<string> {
  const constants = new Set<string>()
  for (let index = 0; index < tokens.length; index++) {
    const { text } = tokens[index]!
    if (text !== 'parameter' && text !== 'localparam' && text !== 'enum') continue
    let depth = 0
    for (; index < tokens.length && depth >= 0; index++) {
      const { kind, text: word } = tokens[index]!
      if (kind === 'name') constants.add(word)
      else if ('([{'.includes(word)) depth++
      else if (')]}'.includes(word)) depth--
      if (depth === 0 && (word === ';' || (text === 'enum' && word === '}'))) break
    }
  }
  return constants
}
