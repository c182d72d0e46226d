import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeAtomically } from '../../../core/atomic.ts'
import { makeDirectories } from '../../../core/directories.ts'
import { type Analysis, analysisSchema } from './analysis.ts'
import type { Budget } from './budget.ts'

/** What an analysis is known by: the problem, the budget, the Python, and how it is looked at. */
async function keyOf(source: string, budget: Budget): Promise<string> {
  const python = process.env.TOUCHSTONE_PYTHON ?? ''
  return createHash('sha256')
    .update(JSON.stringify([await programs(), python, budget.flops, budget.bytes, source]))
    .digest('hex')
    .slice(0, 32)
}

/** What looks at problems, and what it looks with. */
const looking = /^(analyse.*|compare|constants|reference|regimes|values)\.py$/
const worker = fileURLToPath(new URL('../worker', import.meta.url))
let digest: Promise<string> | undefined

/** A digest of the programs that look at problems: others may find other constants. */
function programs(): Promise<string> {
  digest ??= (async () => {
    const names = (await readdir(worker)).filter((name) => looking.test(name)).sort()
    const hash = createHash('sha256')
    for (const name of names) hash.update(name).update(await readFile(join(worker, name)))
    return hash.digest('hex')
  })()
  return digest
}

const memory = new Map<string, Analysis>()

function fileOf(key: string): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return join(cache, 'touchstone', 'kernels', `${key}.json`)
}

/** What was found of a problem before, here or by another process. A file that cannot be read is none. */
export async function knownAnalysis(source: string, budget: Budget): Promise<Analysis | undefined> {
  const key = await keyOf(source, budget)
  const known = memory.get(key)
  if (known) return known
  const text = await readFile(fileOf(key), 'utf8').catch(() => undefined)
  const read = text === undefined ? undefined : analysisSchema.safeParse(parsed(text))
  if (!read?.success) return undefined
  memory.set(key, read.data)
  return read.data
}

/** Keeps an analysis. What ran out of time is not kept: a quieter machine may do it. A disk that is full is no reason to stop. */
export async function keepAnalysis(source: string, budget: Budget, analysis: Analysis): Promise<void> {
  if ('unavailable' in analysis && analysis.unavailable.kind === 'time') return
  const key = await keyOf(source, budget)
  memory.set(key, analysis)
  try {
    await makeDirectories(join(fileOf(key), '..'))
    await writeAtomically(fileOf(key), JSON.stringify(analysis))
  } catch {
    // It is found again when it is asked for again.
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
