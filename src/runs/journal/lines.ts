/** One line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Where the line begins, in bytes (of the uncompressed file). */
  readonly offset: number
  readonly text: string
  /** False for a last line that has no newline: its writer was cut off. */
  readonly complete: boolean
}

/** The longest line that is read, in bytes; a writer makes none with more than a quarter as many characters. */
export const longestLine = 256 * 1024 ** 2

/** Lines of a stream of bytes, one at a time. Throws `RangeError` for a line longer than `longestLine`. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let number = 1
  let offset = 0
  let parts: Uint8Array[] = []
  let length = 0
  const take = (complete: boolean): Line => {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    const line = { number: number++, offset, text, complete }
    offset += length + (complete ? 1 : 0)
    parts = []
    length = 0
    return line
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end))
      length += end - from
      from = end + 1
      yield take(true)
    }
    if (from === chunk.length) continue
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > longestLine) throw new RangeError(`line ${number} is longer than ${longestLine} bytes`)
  }
  if (length > 0) yield take(false)
}
