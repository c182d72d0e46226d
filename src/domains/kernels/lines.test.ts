import { describe, expect, it } from 'vitest'
import { LineReader } from './lines.ts'

async function* chunks(...texts: (string | Promise<string>)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(await text)
}

describe('lines of an output', () => {
  it('come one a call, however they were cut', async () => {
    const lines = new LineReader(chunks('{"a"', ':1}\n{"b":2}\nres', 't'))
    expect(await lines.next(5)).toBe('{"a":1}')
    expect(await lines.next(5)).toBe('{"b":2}')
    expect(await lines.next(5)).toEqual({ none: 'ended' })
  })

  it('are waited for so long and no longer, and are no longer than replies are', async () => {
    expect(await new LineReader(chunks(new Promise<string>(() => {}))).next(0.02)).toEqual({ none: 'time' })
    const long = 'x'.repeat(5 * 1024 ** 2)
    expect(await new LineReader(chunks(long, long)).next(5)).toEqual({ none: 'output' })
  })
})
