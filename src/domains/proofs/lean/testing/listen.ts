/** The REPL's side of the protocol, for programs that stand in for it. */

/** Requests as they come: what stands between blank lines, with the lines joined. */
export async function* heard(): AsyncGenerator<Record<string, unknown>> {
  let lines: string[] = []
  let rest = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      if (line.trim() !== '') lines.push(line.trimEnd())
      else if (lines.length > 0) {
        yield JSON.parse(lines.join(''))
        lines = []
      }
    }
  }
}

/** What a REPL says of a file that is not there; undefined for other requests. */
export function absent(request: Record<string, unknown>): string | undefined {
  const path = String(request.path ?? '')
  if (!path.startsWith('touchstone-')) return undefined
  return JSON.stringify({ message: `no such file or directory (error code: 2)\n  file: ${path}` })
}

/** Writes in pieces of sizes drawn from a seed, each on its own. */
export async function writePieces(text: string, random: () => number): Promise<void> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * 3 * Math.sqrt(bytes.length))
    await new Promise<void>((done) => process.stdout.write(bytes.subarray(at, at + size), () => done()))
    at += size
  }
}

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
