import type { Observation } from '../../../core/environment.ts'
import { InfrastructureError, LimitReached } from '../../../core/errors.ts'
import { checkPath } from '../../../core/files.ts'
import type { Finished, Sandbox } from '../../../core/sandbox.ts'

/** What of an output fits an observation, in characters. */
export const shownCharacters = 6000

export function failure(text: string): Observation {
  return { ok: false, text }
}

/** The beginning and the end: errors stand at the one, results at the other. */
export function cut(text: string, most: number = shownCharacters): string {
  if (text.length <= most) return text
  const half = Math.floor(most / 2)
  const left = text.length - 2 * half
  return `${text.slice(0, half)}\n[… ${left} characters left out …]\n${text.slice(-half)}`.toWellFormed()
}

/** A path of the work directory, given relative to it or as it looks from within. Throws `UsageError` (`bad-path`). */
export function inWork(path: string): string {
  return checkPath(path.replace(/^\/work\/+/, '').replace(/^(?:\.\/+)+/, ''))
}

export async function textAt(sandbox: Sandbox, path: string): Promise<string | undefined> {
  const bytes = await sandbox.read(inWork(path))
  return bytes && new TextDecoder().decode(bytes)
}

export interface Ran {
  readonly run: Finished
  /** Both outputs, as text without what a terminal would obey. */
  readonly log: string
}

/**
 * Runs a program in the agent's sandbox. Throws `LimitReached` where it ran into a limit of the sandbox, the signal's
 * reason, and `InfrastructureError` (`tool-missing`) where the program is not there.
 */
export async function runIn(
  sandbox: Sandbox,
  argv: readonly string[],
  options: { readonly seconds: number; readonly cwd?: string; readonly signal?: AbortSignal | undefined },
): Promise<Ran> {
  const { seconds, cwd = '.', signal } = options
  const run = await sandbox.exec(argv, { timeoutSeconds: seconds, cwd, stdin: '', ...(signal && { signal }) })
  signal?.throwIfAborted()
  if (run.limit !== null && run.limit !== 'output' && run.limit !== 'wall' && !run.timedOut)
    throw new LimitReached(run.limit, `${argv[0]} ran into the sandbox's limit on ${run.limit}`)
  if ((run.exitCode === 126 || run.exitCode === 127) && !(await isThere(sandbox, argv[0]!)))
    throw new InfrastructureError(
      'tool-missing',
      `${argv[0]} is not in the sandbox; see \`touchstone doctor\` for how to install it`,
      { retryable: false },
    )
  return { run, log: readable(run.stdout) + readable(run.stderr) }
}

/** False only where a shell says so: that none can run any more may be the agent's doing, as by `chmod 000 .`. */
export async function isThere(sandbox: Sandbox, program: string): Promise<boolean> {
  const question = 'command -v "$0" >/dev/null || echo missing'
  const { stdout } = await sandbox.exec(['sh', '-c', question, program])
  return !readable(stdout).startsWith('missing')
}

function readable(bytes: Uint8Array): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return new TextDecoder().decode(bytes).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}
