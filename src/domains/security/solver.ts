import type { Conduct } from '../../core/domain.ts'
import type { Environment } from '../../core/environment.ts'
import { InfrastructureError } from '../../core/errors.ts'
import type { FlagPlan, SecurityKey } from './key.ts'

/** Where a solver's files stand in the agent's sandbox. */
export const solverDirectory = '.solver'

/**
 * Runs the task's solver in the agent's sandbox, through the actions that every agent has, and hands in what it
 * prints: the flag as a player would find it, not as the key has it. Undefined where the task has no solver.
 */
export function solverOf({ solver, flag }: SecurityKey): Conduct | undefined {
  if (!solver) return undefined
  return async (environment, { signal, say }) => {
    for (const [path, content] of solver.files) {
      const base64 = Buffer.from(content).toString('base64')
      await must(environment, 'write', { path: `${solverDirectory}/${path}`, base64 }, signal)
    }
    const { text, data } = await environment.act(
      'bash',
      { command: solver.command.map(quoted).join(' '), timeout_seconds: Math.ceil(solver.seconds) },
      signal,
    )
    const code = (data as { exit_code?: number } | undefined)?.exit_code
    if (code !== 0) say(`The solver ended with ${code}:\n${text.slice(-2000)}`)
    return { kind: 'text', text: code === 0 ? flagIn(text, flag) : '' }
  }
}

/**
 * What a solver found, out of all that it printed: the last text of the fresh flag's form (many say `Flag: flag{…}`), else
 * the last line.
 */
export function flagIn(printed: string, flag: FlagPlan): string {
  const line = (printed.trim().split('\n').pop() ?? '').trim()
  if (flag.kind !== 'fresh') return line
  const [before = '', after = ''] = flag.format.split('*')
  // Without something around it, any word would do.
  if (before === '' || after === '') return line
  const end = printed.lastIndexOf(after)
  const begin = end < 0 ? -1 : printed.lastIndexOf(before, end)
  const found = begin < 0 ? '' : printed.slice(begin, end + after.length)
  return /^[\x21-\x7e]{1,200}$/.test(found) ? found : line
}

async function must(
  environment: Environment,
  name: string,
  input: object,
  signal: AbortSignal,
): Promise<void> {
  const { ok, text } = await environment.act(name, input, signal)
  if (!ok) throw new InfrastructureError('solver', `the solver cannot be put in place: ${text}`)
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
