import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Posed } from '../brief.ts'
import { answerPaths } from '../key.ts'
import { loadPathIn } from '../rocq/project.ts'
import { runIn } from './workbench.ts'

export const compileSeconds = 120
/** Where files are compiled, so that nothing of the agent's own is replaced. */
const directory = '.check'
const after = 'TouchstoneAfter.v'

/** What the compiler says of one place. Lines from 1, characters of the line from 0. */
export interface Remark {
  readonly kind: 'error' | 'warning'
  readonly line: number
  readonly characters: readonly [number, number]
  readonly message: string
}

export interface Compiled {
  readonly ok: boolean
  readonly timedOut: boolean
  /** All that was printed. */
  readonly log: string
  readonly remarks: readonly Remark[]
  /** The task's theorem and what it rests on, as the prover prints them; absent where it does not compile. */
  readonly theorem?: string
}

/**
 * Compiles a text as the module `Answer`, alone beside the task's own files, as the judge does; then asks, from a file
 * that requires it, for the task's theorem. What it says is for the agent and is no verdict.
 */
export async function compileRocq(
  sandbox: Sandbox,
  text: string,
  posed: Posed | undefined,
  signal?: AbortSignal,
): Promise<Compiled> {
  const others = posed?.files ?? new Map<string, Uint8Array>()
  const loadPath = loadPathIn(others)
  const within = (argv: readonly string[]) =>
    runIn(sandbox, argv, { seconds: compileSeconds, cwd: directory, signal })
  const compile = (path: string) => within(['coqc', '-q', '-noglob', ...loadPath, path])
  const files = [...others, [answerPaths.rocq, text] as const]
  await sandbox.write(fileSet(files.map(([path, content]) => [`${directory}/${path}`, content] as const)))
  for (const path of others.keys()) {
    // The task's own files do not change.
    const isThere = path.endsWith('.v') && (await within(['test', '-f', `${path}o`])).run.exitCode === 0
    if (path.endsWith('.v') && !isThere) await compile(path)
  }
  const { run, log } = await compile(answerPaths.rocq)
  const remarks = remarksIn(log)
  const ok = run.exitCode === 0
  const base = { ok, timedOut: run.timedOut, log, remarks }
  if (!ok || posed === undefined) return base
  const question = `Require Answer.\nCheck Answer.${posed.name}.\nPrint Assumptions Answer.${posed.name}.\n`
  await sandbox.write(fileSet({ [`${directory}/${after}`]: question }))
  const asked = await compile(after)
  const theorem = asked.run.exitCode === 0 ? asked.log.trim() : `it has no theorem ${posed.name}`
  return { ...base, theorem }
}

const place = /^File "[^"]*", lines? (\d+)(?:-\d+)?, characters (\d+)-(\d+):$/

/** Reads coqc's `File "…", line 3, characters 7-10:` and the words after it. */
function remarksIn(log: string): Remark[] {
  const found: { readonly place: RegExpExecArray; readonly words: string[] }[] = []
  for (const line of log.split('\n')) {
    const at = place.exec(line)
    if (at) found.push({ place: at, words: [] })
    else found.at(-1)?.words.push(line)
  }
  return found.map(({ place: [, line, from, to], words }) => {
    const message = words.join('\n').trim()
    return {
      kind: message.startsWith('Warning') ? 'warning' : 'error',
      line: Number(line),
      characters: [Number(from), Number(to)],
      message: message.replace(/^(?:Error|Warning):\s*/, ''),
    }
  })
}
