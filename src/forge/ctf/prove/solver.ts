import type { EnvironmentSecrets, Lab } from '../../../core/domain.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Task } from '../../../core/task.ts'
import { judge } from '../../../domains/security/judge.ts'
import type { SecurityKey } from '../../../domains/security/key.ts'
import { flagIn, solverDirectory } from '../../../domains/security/solver.ts'
import { Fallen } from '../../source.ts'

/** No solver is waited for longer, in seconds. */
const mostSeconds = 300

/**
 * Runs the task's solver in the player's sandbox and has the judge look at what it prints. Returns false
 * where there is none. Throws `Fallen` (`solver-failed`) with its output.
 */
export async function solverTakes(
  task: Task<SecurityKey>,
  sandbox: Sandbox,
  secrets: EnvironmentSecrets,
  lab: Lab,
): Promise<boolean> {
  const { solver, flag } = task.key
  if (!solver) return false
  await sandbox.write(
    fileSet([...solver.files].map(([path, bytes]) => [`${solverDirectory}/${path}`, bytes] as const)),
  )
  const timeoutSeconds = Math.min(mostSeconds, solver.seconds)
  const { exitCode, signal, timedOut, stdout, stderr } = await sandbox.exec(solver.command, {
    timeoutSeconds,
    outputBytes: 64 * 1024,
    signal: lab.signal,
  })
  lab.signal.throwIfAborted()
  const printed = Buffer.from(stdout).toString('utf8').trim()
  const text = exitCode === 0 ? flagIn(printed, flag) : ''
  const { outcome } = await judge(task, { kind: 'text', text }, lab, secrets)
  if (outcome === 'solved') return true
  const how = timedOut
    ? `it ran longer than ${timeoutSeconds} s`
    : exitCode === 0
      ? `what it prints at the end is not the flag: "${text.slice(0, 120)}"`
      : `it ended with ${signal ?? `exit code ${exitCode}`}`
  const log = `${printed}\n${Buffer.from(stderr).toString('utf8')}`.slice(-4000)
  throw new Fallen('solver-failed', `the solver does not take the flag: ${how}`, { log })
}
