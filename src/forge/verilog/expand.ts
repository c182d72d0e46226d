import { randomBytes } from 'node:crypto'
import type { Lab } from '../../core/domain.ts'
import { fileSet } from '../../core/files.ts'
import { textAt } from '../../domains/hardware/formal/steps.ts'
import { needsPreprocessor } from '../../domains/hardware/rules.ts'
import { Fallen } from '../source.ts'
import { maxFileBytes, type Pile } from './files.ts'
import { type Scanned, scan } from './scan.ts'

/** A file with its macros expanded and its comments blanked out. */
export interface Expanded extends Scanned {
  readonly text: string
}

/** Most directories that are searched for what a file includes. */
const maxDirectories = 100
/** Names that a command line and a driver's shell take as they are. */
const plainPath = /^[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*$/

/** Expands a file's macros in a sandbox that holds it and what it may include. Throws `Fallen`. */
export async function expand(file: string, pile: Pile, lab: Lab): Promise<Expanded> {
  const raw = pile.texts.get(file)
  const scanned = pile.sources.get(file)
  if (raw === undefined || scanned === undefined) throw new Fallen('unreadable', `${file} was not read`)
  if (scanned.problem === undefined && !needsPreprocessor(scanned.tokens)) return { ...scanned, text: raw }
  return await preprocess(raw, file, pile, lab)
}

async function preprocess(raw: string, file: string, pile: Pile, lab: Lab): Promise<Expanded> {
  const included = includable(raw, pile)
  const directories = new Set<string>()
  for (const path of [file, ...included.keys()])
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      directories.add(path.slice(0, at))
  // No file of the pile has it, so that none is read in its place.
  const own = `source-${randomBytes(8).toString('hex')}.sv`
  const searched = [...directories].filter((path) => plainPath.test(path)).slice(0, maxDirectories)
  await using sandbox = await lab.open({
    name: 'forge-expand',
    files: fileSet([...included, [own, raw]]),
    limits: { processes: 32, cpuSeconds: 20, memoryBytes: 1024 ** 3, fileBytes: 8 * maxFileBytes },
  })
  const run = await sandbox.exec(
    [
      'iverilog',
      '-g2012',
      '-E',
      '-Mall=files.lst',
      '-I.',
      ...searched.map((path) => `-I${path}`),
      '-oout.sv',
      own,
    ],
    { timeoutSeconds: 60, signal: lab.signal },
  )
  lab.signal.throwIfAborted()
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const log = `${decode(run.stdout)}${decode(run.stderr)}`.replaceAll(own, file).slice(0, 4000)
  const missing = /Include file (.{1,200}?) not found/.exec(log)
  if (missing !== null)
    throw new Fallen('needs-include', `it includes ${missing[1]}, which is not there`, { log })
  if (run.limit !== null || run.timedOut)
    throw new Fallen('too-large', 'expanding its macros takes too much time or memory', { log })
  const undefinedMacro = /macro (\S{1,100}) undefined/.exec(log)
  if (undefinedMacro !== null)
    throw new Fallen('needs-macro', `the macro ${undefinedMacro[1]} is defined nowhere in it`, { log })
  const read = ((await textAt(sandbox, 'files.lst')) ?? '').split('\n')
  const outside = read.find((path) => path.startsWith('/') || path.split('/').includes('..'))
  if (outside !== undefined)
    throw new Fallen(
      'needs-include',
      `it includes ${outside.slice(0, 200)}, which is outside of the directory`,
    )
  const text = await textAt(sandbox, 'out.sv')
  if (run.exitCode !== 0 || text === undefined)
    throw new Fallen('does-not-compile', `its macros cannot be expanded: ${log.split('\n')[0]}`, { log })
  if (text.length > 4 * maxFileBytes) throw new Fallen('too-large', 'with its macros expanded it is too long')
  return { ...scan(text), text }
}

/** Files that a text may include: headers, and whatever is named by an `include` anywhere. */
function includable(raw: string, { texts }: Pile): Map<string, string> {
  const named = new Set<string>()
  const note = (text: string) => {
    for (const [, name] of text.matchAll(/`include\s+["<]([^">\n]{1,300})[">]/g))
      named.add(name!.split('/').at(-1)!)
  }
  note(raw)
  const found = new Map<string, string>()
  for (let grown = true; grown; ) {
    grown = false
    for (const [path, text] of texts) {
      if (found.has(path) || !plainPath.test(path) || !named.has(path.split('/').at(-1)!)) continue
      found.set(path, text)
      note(text)
      grown = true
    }
  }
  return found
}
