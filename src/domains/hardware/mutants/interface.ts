import type { Direction } from '../modules.ts'
import type { Reading } from './reading.ts'
import { afterGroup, nesting, type Word } from './words.ts'

/** A port as another module must declare it. */
export interface Port {
  readonly name: string
  readonly direction: Direction
  /** `[7:0]`, `signed [7:0]` or nothing. */
  readonly type: string
  readonly left: number
  readonly right: number
  readonly isVector: boolean
}

/**
 * The ports in a module's header. Undefined where the header says it in another way than most: parameters, the older
 * style, ports that are arrays or whose width is computed.
 */
export function portsWithWidth({ words, module, first }: Reading): Port[] | undefined {
  const open = module + 2
  if (words[open]?.text !== '(' || afterGroup(words, open) !== first - 1) return undefined
  const ports: Port[] = []
  let from = open + 1
  let depth = 0
  for (let index = from; index < first - 1; index++) {
    depth += nesting(words[index]!)
    if (depth !== -1 && !(depth === 0 && words[index]!.text === ',')) continue
    const port = portOf(words.slice(from, index), ports.at(-1))
    if (port === undefined) return undefined
    ports.push(port)
    from = index + 1
  }
  return ports
}

function portOf(words: readonly Word[], before: Port | undefined): Port | undefined {
  const text = words.map(({ text }) => text).join(' ')
  const found =
    /^(?:(input|output)(?: (?:wire|reg|logic|var))?( signed)?(?: \[ (\d+) : (\d+) \])? )?([A-Za-z_]\w*)$/.exec(
      text,
    )
  if (found === null) return undefined
  const [, direction, signed = '', left, right, name = ''] = found
  if (direction === undefined) return before && { ...before, name }
  const isVector = left !== undefined
  return {
    name,
    direction: direction as Direction,
    type: `${signed.trim()}${isVector ? ` [${left}:${right}]` : ''}`.trim(),
    left: Number(left ?? 0),
    right: Number(right ?? 0),
    isVector,
  }
}

/** Every bit of a port, as an expression. */
export function bitsOf({ name, left, right, isVector }: Port): string[] {
  if (!isVector) return [name]
  const step = left > right ? -1 : 1
  return Array.from({ length: Math.abs(left - right) + 1 }, (_, at) => `${name}[${left + step * at}]`)
}
