import type { Observation } from '../../../core/environment.ts'
import { LimitReached } from '../../../core/errors.ts'
import { checkPath } from '../../../core/files.ts'
import type { Finished, Sandbox } from '../../../core/sandbox.ts'
import { logOf } from '../design.ts'
import { requireTool } from '../icarus.ts'

export const compileSeconds = 30
/** What of a command's output fits an observation, in characters. */
const shownCharacters = 6000

/**
 * Runs a program of Icarus in the agent's sandbox. Throws `LimitReached` where it ran into a limit of the sandbox,
 * and `InfrastructureError` where it is not installed.
 */
export async function runIn(
  sandbox: Sandbox,
  argv: readonly string[],
  options: {
    readonly timeoutSeconds: number
    readonly cwd?: string
    readonly signal?: AbortSignal | undefined
  },
): Promise<{ run: Finished; log: string }> {
  const { timeoutSeconds, cwd = '.', signal } = options
  const run = await sandbox.exec(argv, { timeoutSeconds, cwd, ...(signal ? { signal } : {}) })
  signal?.throwIfAborted()
  const log = logOf(run.stdout, run.stderr)
  if (run.limit !== null && run.limit !== 'output' && !run.timedOut)
    throw new LimitReached(run.limit, `${argv[0]} ran into the sandbox's limit on ${run.limit}`)
  await requireTool(sandbox, run)
  return { run, log }
}

/** Text of a file of the work directory. Throws `UsageError` for a path that leaves it. */
export async function textAt(sandbox: Sandbox, path: string): Promise<string | undefined> {
  const bytes = await sandbox.read(checkPath(path))
  return bytes && new TextDecoder().decode(bytes)
}

export function failure(text: string): Observation {
  return { ok: false, text }
}

/** The beginning and the end: errors stand at the one, results at the other. */
export function cut(text: string): string {
  if (text.length <= shownCharacters) return text
  const half = shownCharacters / 2
  return `${text.slice(0, half)}\n[… ${text.length - shownCharacters} characters left out …]\n${text.slice(-half)}`
}
