import { constants } from 'node:os'
import { InfrastructureError, type LimitName } from '../core/errors.ts'

/** How a command ended. */
export interface End {
  readonly exitCode: number | null
  readonly signal: string | null
}

const signals = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** bwrap tells an end by a signal as a shell does, as 128 + its number; a program that exits so is taken for killed. */
export function exitOf(code: number): End {
  const signal = code > 128 ? signals.get(code - 128) : undefined
  return signal ? { exitCode: null, signal } : { exitCode: code, signal: null }
}

/**
 * bwrap ended without having started the command: because there is no such command, which is the caller's to see, as
 * in a shell (127, or 126 where it cannot be run); because the sandbox is at its limits; or because something is
 * wrong here: then it throws `InfrastructureError`.
 */
export function endOf(code: number | null, message: string, limit: LimitName | null): End {
  const said = message.trim()
  if (/^(bwrap: execvp|prlimit: failed to execute) .*: No such file or directory/m.test(said))
    return { exitCode: 127, signal: null }
  if (/^bwrap: (execvp|Can't chdir) |Argument list too long/m.test(said))
    return { exitCode: 126, signal: null }
  if (limit !== null) return { exitCode: code, signal: null }
  throw new InfrastructureError(
    'sandbox-start',
    `a sandbox did not start (exit ${code}): ${said.slice(0, 1000) || 'no message'}; \`touchstone doctor\` checks what it needs`,
  )
}
