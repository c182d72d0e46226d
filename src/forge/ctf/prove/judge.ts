import type { EnvironmentSecrets, Lab } from '../../../core/domain.ts'
import type { Task } from '../../../core/task.ts'
import { judge } from '../../../domains/security/judge.ts'
import type { SecurityKey } from '../../../domains/security/key.ts'
import { Fallen } from '../../source.ts'

/** Handed in by nobody who has found anything. */
const control = 'touchstone{not-the-flag}'

/**
 * The real judge has to refuse each wrong flag, the published one by name, and to accept the right one where it is known.
 * Returns how many it refused. Throws `Fallen` (`judge-accepts-wrong`, `judge-refuses-right`) and what the judge throws.
 */
export async function judgeHolds(
  task: Task<SecurityKey>,
  secrets: EnvironmentSecrets,
  wrong: readonly string[],
  right: string | undefined,
  lab: Lab,
): Promise<number> {
  const say = (text: string) => judge(task, { kind: 'text', text }, lab, secrets)
  const refused = [...new Set([control, ...wrong, ...(right ? [altered(right)] : [])])]
  for (const text of refused) {
    if (text === right) continue
    const { outcome } = await say(text)
    if (outcome === 'solved')
      throw new Fallen('judge-accepts-wrong', `the judge accepts the wrong flag ${text}`)
  }
  if (right !== undefined) {
    const { outcome, reason } = await say(right)
    if (outcome !== 'solved')
      throw new Fallen(
        'judge-refuses-right',
        `the judge does not accept the right flag: ${outcome}, ${reason}`,
      )
  }
  const { flag } = task.key
  if (flag.kind === 'fresh' && flag.original !== undefined && flag.original !== right) {
    const { outcome, reason } = await say(flag.original)
    if (outcome === 'solved' || reason !== 'original-flag')
      throw new Fallen(
        'judge-accepts-wrong',
        `the published flag is not refused as such: ${outcome}, ${reason}`,
      )
  }
  return refused.length
}

/** The same with one character changed, which a judge that compares half of it would not see. */
function altered(flag: string): string {
  const at = Math.max(0, flag.length - 3)
  return `${flag.slice(0, at)}${flag[at] === 'x' ? 'y' : 'x'}${flag.slice(at + 1)}`
}
