import pc from 'picocolors'
import { type ExitCode, messageOf, TouchstoneError } from '../core/errors.ts'
import { safeText } from '../pages/text.ts'

/**
 * Says one clear error on stderr (and as `{ error }` on stdout where JSON was asked for) and returns the exit code.
 * An error that is not one of ours is a bug: it comes with its stack.
 */
export function reportFailure(thrown: unknown, json: boolean): ExitCode {
  const known = thrown instanceof TouchstoneError
  const code = known ? thrown.code : 'bug'
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message: messageOf(thrown) } })}\n`)
  process.stderr.write(`${pc.red('error')}: ${safeText(messageOf(thrown), true)}\n`)
  if (!known && thrown instanceof Error) {
    process.stderr.write(
      `${safeText(thrown.stack ?? '', true)}\nThis is a mistake in Touchstone; please report it with the lines above.\n`,
    )
  }
  return known ? thrown.exitCode : 3
}
