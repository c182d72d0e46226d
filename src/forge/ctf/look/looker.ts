/**
 * The program that opens hostile files, and so runs in a sandbox: requests as lines of JSON on its standard input, answers
 * on its standard output. The first argument is the directory with the raw material, the second where it may write.
 */
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { extractTo } from './extract.ts'
import { OutOfTime } from './limits.ts'
import { lookAt } from './look.ts'
import type { Request } from './protocol.ts'

const [root, out] = process.argv.slice(2) as [string, string]

async function answer(request: Request): Promise<object> {
  if (request.do === 'look') return { facts: await lookAt(root, request.path, request.category) }
  if (request.do === 'extract') return { parcels: await extractTo(out, root, request.path, request.sources) }
  return { readable: isReadable() }
}

function isReadable(): boolean {
  try {
    readdirSync(root)
    return true
  } catch {
    return false
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let said: object
  try {
    said = await answer(JSON.parse(line) as Request)
  } catch (thrown) {
    const late = thrown instanceof OutOfTime
    said = {
      ...(late && { late }),
      error: String(thrown instanceof Error ? thrown.message : thrown).slice(0, 1000),
    }
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
