import { createHash } from 'node:crypto'
import type { Lab } from '../../../core/domain.ts'
import { toBytes } from '../../../core/files.ts'
import type { Task } from '../../../core/task.ts'
import { freshFlag, secretsOf } from '../../../domains/security/flags.ts'
import type { SecurityKey } from '../../../domains/security/key.ts'
import { openScene } from '../../../sandbox/services.ts'
import type { Proof } from '../../source.ts'
import type { Plan } from '../plan.ts'
import { judgeHolds } from './judge.ts'
import { proveService } from './service.ts'
import { solverTakes } from './solver.ts'
import { ofItem } from './start.ts'
import { flagLikes, placesOf } from './traces.ts'

/**
 * Tries whether a written task is one. With a service: it is started twice with two flags and has to answer both times;
 * the planted secret is in its sandbox and nowhere in the player's; the judge takes it and nothing else; the solver,
 * where there is one, takes both. Without: the player's sandbox opens and the judge holds. `reach` is told of `started` (the
 * port takes connections) and `answered` (bytes came back). Throws `Fallen` for what the challenge does, with what it
 * printed, and `InfrastructureError` for what the machine does. Everything it started has ended when it returns.
 */
export async function prove(
  task: Task,
  plan: Plan,
  lab: Lab,
  reach: (stage: 'started' | 'answered') => void,
): Promise<Proof> {
  const own = task as Task<SecurityKey>
  try {
    return plan.service
      ? await proveService(own, plan, plan.service, lab, reach)
      : await proveFiles(own, lab, reach)
  } catch (thrown) {
    throw ofItem(thrown)
  }
}

async function proveFiles(
  task: Task<SecurityKey>,
  lab: Lab,
  reach: (stage: 'started' | 'answered') => void,
): Promise<Proof> {
  const begunAt = performance.now()
  const { flag } = task.key
  const secrets = secretsOf(task)
  await using scene = await openScene(task, secrets, lab)
  reach('started')
  const found = inTheClear(task)
  const known = flag.kind === 'static' ? flag.value : found?.flag
  const refused = await judgeHolds(task, secrets, [freshFlag('flag{*}')], known, lab)
  const solved = await solverTakes(task, scene.sandbox, secrets, lab)
  reach('answered')
  const clear = flag.kind === 'static' ? placesOf(flag.value, task.brief.files)[0] : found?.place
  const seen = known !== undefined || solved
  const findings = [
    ...(seen ? [] : ['no right flag is known here: only that wrong ones are refused was seen']),
    ...(task.brief.files.size === 0 ? ['the player has the text alone'] : []),
    ...(clear === undefined ? [] : [`the flag stands in the clear in a file of the player's: ${clear}`]),
  ]
  return {
    files: task.brief.files.size,
    flag: flag.kind,
    'wrong flags refused': refused,
    'right flag accepted': seen,
    solver: solved ? 'took the flag' : 'none',
    ...(findings.length > 0 && { findings: findings.join('; ') }),
    seconds: Math.round((performance.now() - begunAt) / 100) / 10,
  }
}

/** Most that is looked at of one file, in bytes, for texts that may be the flag of a digest. */
const mostBytes = 16 * 1024 ** 2

/** Where only a digest is known: a text of the player's files that has it. */
function inTheClear({
  key: { flag },
  brief,
}: Task<SecurityKey>): { readonly flag: string; readonly place: string } | undefined {
  if (flag.kind !== 'sha256') return undefined
  const isIt = (text: string) => createHash('sha256').update(toBytes(text)).digest('hex') === flag.digest
  for (const [path, bytes] of brief.files) {
    const text = Buffer.from(bytes.subarray(0, mostBytes)).toString('latin1')
    const lines = bytes.length < 1024 ** 2 ? text.split('\n', 20_000).map((line) => line.trim()) : []
    const found = [...new Set([...flagLikes(text), ...lines])].find((each) => each !== '' && isIt(each))
    if (found) return { flag: found, place: `${path} (plain)` }
  }
  return undefined
}
