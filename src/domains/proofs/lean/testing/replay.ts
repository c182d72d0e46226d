/**
 * Stands in for the Lean REPL: plays recorded transcripts, `node replay.ts SEED FILES-WITHOUT-ENDING…`. A request that is
 * the next one is answered with what was recorded, byte by byte, in pieces of random sizes; any other ends
 * it. A recorded command that begins with imports may come in two requests, the imports first: those are answered with a
 * number that is no other's.
 */
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { absent, heard, randomFrom, writePieces } from './listen.ts'
import { blocks, requestOf } from './transcripts.ts'

const [seed = '1', ...paths] = process.argv.slice(2)
const random = randomFrom(Number(seed))
const blocksOf = (ending: string) => paths.flatMap((path) => blocks(readFileSync(path + ending, 'utf8')))
const requests = blocksOf('.in').map(requestOf)
const replies = blocksOf('.expected.out')
const halfway = 1_000_000

let at = 0
let first: string | undefined
for await (const request of heard()) {
  const missing = absent(request)
  const expected = requests[at]
  if (missing !== undefined) await writePieces(`${missing}\n\n`, random)
  else if (request.env === undefined && startsWith(expected?.cmd, request.cmd)) {
    first = String(request.cmd)
    await writePieces(`{"env": ${halfway}}\n\n`, random)
  } else {
    const { env, ...rest } = request
    const whole = env === halfway ? { ...rest, cmd: `${first}\n${rest.cmd}` } : request
    if (!isDeepStrictEqual(whole, expected)) {
      console.error(`expected ${JSON.stringify(expected)}, was asked ${JSON.stringify(whole)}`)
      process.exit(3)
    }
    await writePieces(`${replies[at]}\n\n`, random)
    at++
  }
}

function startsWith(recorded: unknown, cmd: unknown): boolean {
  return typeof recorded === 'string' && typeof cmd === 'string' && recorded.startsWith(`${cmd}\n`)
}
