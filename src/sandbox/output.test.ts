import { expect, it } from 'vitest'
import { Output } from './output.ts'

const bytes = (text: string) => Buffer.from(text)
async function all(output: Output): Promise<string> {
  const seen: string[] = []
  for await (const chunk of output) seen.push(Buffer.from(chunk).toString())
  return seen.join('')
}

it('keeps up to the limit and counts the rest', () => {
  const output = new Output(5)
  output.push(bytes('abc'))
  expect(output.truncated).toBe(false)
  output.push(bytes('defg'))
  expect([Buffer.from(output.bytes()).toString(), output.total, output.truncated]).toEqual(['abcde', 7, true])
})

it('gives late readers the beginning, and readers in time everything', async () => {
  const output = new Output(4)
  const early = all(output)
  output.push(bytes('abc'))
  output.push(bytes('defghi'))
  const late = all(output)
  output.push(bytes('jk'))
  output.end()
  expect(await early).toBe('abcdefghijk')
  expect(await late).toBe('abcdjk')
  expect(await all(output)).toBe('abcd')
})

it('a reader that does not read cannot fill the memory', async () => {
  const output = new Output(1000)
  const reader = output[Symbol.asyncIterator]()
  for (let turn = 0; turn < 1000; turn++) output.push(Buffer.alloc(1000))
  output.end()
  let total = 0
  for (let next = await reader.next(); !next.done; next = await reader.next()) total += next.value.byteLength
  expect(total).toBeLessThan(100_000)
})
