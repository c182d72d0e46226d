/** A fenced code block of a reply. */
export interface Block {
  /** What stands after the opening fence: `verilog`, `py src/main.py`. */
  readonly info: string
  /** The last line before the fence that is not blank, where it is near. */
  readonly lead: string
  readonly text: string
  /** False where the reply ended, or the next block began, before the closing fence. */
  readonly closed: boolean
}

interface Fence {
  readonly line: number
  readonly indent: number
  readonly mark: string
  readonly length: number
  /** Mark and length: what an exact closer has too. */
  readonly kind: string
  readonly info: string
}

/**
 * The outermost fenced blocks of a reply, in time linear in its size. Fences as in CommonMark 0.31 (section 4.5)
 * at any indentation, but a fence with an info string inside a block opens a nested one if that is closed too:
 * models write documents with blocks in them, and forget to close blocks, more often than CommonMark expects.
 */
export function blocksOf(reply: string): Block[] {
  const lines = reply.split(/\r?\n/)
  const fences = fencesOf(lines)
  const closers = pairs(fences)
  const blocks: Block[] = []
  let after = 0
  for (let at = 0; at < fences.length; ) {
    const open = fences[at]!
    const closer = closers.get(at)
    const next = closer ?? at + 1
    const end = fences[next]?.line ?? lines.length
    blocks.push({
      info: open.info,
      lead: leadOf(lines, open.line, after),
      text: dedent(lines.slice(open.line + 1, end), open.indent).join('\n'),
      closed: closer !== undefined,
    })
    after = closer === undefined ? end : end + 1
    at = closer === undefined ? next : closer + 1
  }
  return blocks
}

function fencesOf(lines: readonly string[]): Fence[] {
  const fences: Fence[] = []
  for (const [line, text] of lines.entries()) {
    const found = /^([ \t]*)(`{3,}|~{3,})(.*)$/s.exec(text)
    if (!found) continue
    const [, indent = '', marks = '', rest = ''] = found
    const info = rest.trim()
    if (info.includes('`')) continue
    const mark = marks.charAt(0)
    const { length } = marks
    fences.push({ line, indent: indent.length, mark, length, kind: `${mark}${length}`, info })
  }
  return fences
}

/** Which fence closes which, by index. A fence with an info string can only open. */
function pairs(fences: readonly Fence[]): Map<number, number> {
  const closers = new Map<number, number>()
  const open: number[] = []
  /** How many open fences there are of each mark and length. */
  const count = new Map<string, number>()
  const kind = (at: number) => fences[at]!.kind
  const add = (at: number, n: number) => count.set(kind(at), (count.get(kind(at)) ?? 0) + n)
  const pop = () => {
    const top = open.pop()!
    add(top, -1)
    return top
  }
  for (const [at, fence] of fences.entries()) {
    const top = open.length > 0 ? fences[open.at(-1)!] : undefined
    const fits = top && top.mark === fence.mark && fence.length >= top.length
    const exact = (count.get(kind(at)) ?? 0) > 0
    if (fence.info === '' && exact) {
      while (kind(open.at(-1)!) !== kind(at)) pop()
      closers.set(pop(), at)
    } else if (fence.info === '' && fits) {
      closers.set(pop(), at)
    } else {
      open.push(at)
      add(at, 1)
    }
  }
  return closers
}

/** Names of files stand on the line above a block, with at most one blank line between. */
function leadOf(lines: readonly string[], fence: number, after: number): string {
  for (let line = fence - 1; line >= Math.max(after, fence - 2); line--) {
    const text = lines[line]?.trim() ?? ''
    if (text !== '') return text
  }
  return ''
}

function dedent(lines: readonly string[], indent: number): readonly string[] {
  if (indent === 0) return lines
  return lines.map((line) => {
    let blank = 0
    while (blank < indent && (line[blank] === ' ' || line[blank] === '\t')) blank++
    return line.slice(blank)
  })
}
