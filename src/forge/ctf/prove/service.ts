import type { EnvironmentSecrets, Lab } from '../../../core/domain.ts'
import { InfrastructureError } from '../../../core/errors.ts'
import type { Service } from '../../../core/service.ts'
import type { Task } from '../../../core/task.ts'
import { flagSecret, secretsOf } from '../../../domains/security/flags.ts'
import type { SecurityKey } from '../../../domains/security/key.ts'
import { Fallen, type Proof } from '../../source.ts'
import { isStandIn } from '../decide/roles.ts'
import type { Plan, ServicePlan } from '../plan.ts'
import { hidden, withoutSecrets } from './fall.ts'
import { type FlagUse, flagUseOf, plantedIn } from './flag.ts'
import { judgeHolds } from './judge.ts'
import { solverTakes } from './solver.ts'
import { type Start, start } from './start.ts'
import { placesOf, type Trace, tracesOf } from './traces.ts'

type Reach = (stage: 'started' | 'answered') => void

/**
 * Starts a task's service twice, side by side, each with secrets of its own, and tries all that a trial relies on. Throws
 * `Fallen` for what the challenge does, and what the lab throws.
 */
export async function proveService(
  task: Task<SecurityKey>,
  plan: Plan,
  servicePlan: ServicePlan,
  lab: Lab,
  reach: Reach,
): Promise<Proof> {
  const service = task.services?.find(({ name }) => name === servicePlan.name)
  if (!service) throw new Fallen('broken-task', `the task has no service "${servicePlan.name}"`)
  const begunAt = performance.now()
  const [one, other, never] = [secretsOf(task), secretsOf(task), secretsOf(task)]
  leavesOut(task, [one, other])
  const starts = await startAll(task, service, servicePlan, [one, other], lab, once(reach))
  try {
    const planted = await seenInside(service, starts)
    await outOfSight(starts)
    const flags = starts.map(({ secrets }) => secrets[flagSecret] ?? '')
    const wrong = [never[flagSecret] ?? '', ...flags].filter((flag) => flag !== '' && flag !== flags[0])
    const refused = await judgeHolds(task, one, wrong, flags[0], lab)
    const solved = await Promise.all(
      starts.map(({ scene, secrets }) => solverTakes(task, scene.sandbox, secrets, lab)),
    )
    const use = useOf(task, service, solved[0] ?? false)
    refuseTold(use, starts)
    const findings = findingsOf(task, plan, starts, use)
    const [{ answer }] = starts as [Start]
    return {
      answer: hidden(answer.line, one),
      'answers to': answer.to,
      port: service.ready.port ?? service.ports[0] ?? servicePlan.port,
      starts: starts.length,
      'flag planted in': planted.join(', '),
      'flag named by': use.by ?? 'nobody: only who runs commands there reads it',
      'wrong flags refused': refused,
      'planted flag accepted': true,
      solver: solved.every(Boolean) ? 'took both flags' : 'none',
      ...(findings.length > 0 && { findings: findings.join('; ') }),
      seconds: Math.round((performance.now() - begunAt) / 100) / 10,
    }
  } catch (thrown) {
    throw withoutSecrets(withoutSecrets(thrown, one), other)
  } finally {
    await closeAll(starts)
  }
}

/** Tells a stage the first time only: two starts reach it. */
function once(reach: Reach): Reach {
  const told = new Set<string>()
  return (stage) => {
    if (told.has(stage)) return
    told.add(stage)
    reach(stage)
  }
}

/** The first that fails stops the others: its reason is the item's. */
async function startAll(
  task: Task<SecurityKey>,
  service: Service,
  plan: ServicePlan,
  drawn: readonly EnvironmentSecrets[],
  lab: Lab,
  reach: Reach,
): Promise<Start[]> {
  const stop = new AbortController()
  const own: Lab = {
    seed: lab.seed,
    signal: AbortSignal.any([lab.signal, stop.signal]),
    open: (spec) => lab.open(spec),
    pod: (name) => lab.pod(name),
  }
  let first: { readonly thrown: unknown } | undefined
  const settled = await Promise.allSettled(
    drawn.map((secrets) =>
      start(task, service, plan, secrets, own, () => {
        if (!first) reach('started')
      }).catch((thrown: unknown) => {
        first ??= { thrown }
        stop.abort()
        throw thrown
      }),
    ),
  )
  const starts = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (!first) {
    reach('answered')
    return starts
  }
  await closeAll(starts)
  lab.signal.throwIfAborted()
  throw first.thrown
}

async function closeAll(starts: readonly Start[]): Promise<void> {
  const closed = await Promise.allSettled(starts.map(({ scene }) => scene[Symbol.asyncDispose]()))
  const failed = closed.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
}

/** Nothing that the player gets has the flag, in no dress. Throws `Fallen` (`flag-in-players-files`). */
function leavesOut({ brief, key }: Task<SecurityKey>, drawn: readonly EnvironmentSecrets[]): void {
  const flags = drawn.map((secrets) => secrets[flagSecret] ?? '')
  const places = flags.flatMap((flag) => placesOf(flag, brief.files))
  const told = flags.filter((flag) => flag !== '' && brief.instructions.includes(flag))
  if (places.length > 0 && key.flag.kind !== 'fresh') return
  if (places.length > 0 || told.length > 0)
    throw new Fallen('flag-in-players-files', `the flag is handed out: ${places[0] ?? 'in the instructions'}`)
}

/** The player's sandbox as it starts: environment, processes, names of files and hosts. */
const look =
  'env; cat /etc/hosts; ls -laR . /tmp 2>/dev/null | head -20000; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; true'

async function outOfSight(starts: readonly Start[]): Promise<void> {
  await Promise.all(
    starts.map(async ({ scene, secrets }) => {
      const { exitCode, stdout } = await scene.sandbox.exec(['/bin/sh', '-c', look], { timeoutSeconds: 60 })
      // Nothing seen would be nothing found.
      if (exitCode !== 0)
        throw new InfrastructureError('cannot-look', "the player's sandbox cannot be looked through")
      const flag = secrets[flagSecret] ?? ''
      const traces = tracesOf(flag, stdout)
      if (traces.length > 0)
        throw new Fallen(
          'flag-in-environment',
          `the player's sandbox starts with the flag in it (${traces[0]})`,
        )
    }),
  )
}

async function seenInside(service: Service, starts: readonly Start[]): Promise<string[]> {
  const seen = await Promise.all(
    starts.map(({ scene, secrets }) => {
      const host = scene.hosts.get(service.name)
      const others = starts.map((each) => each.secrets).filter((each) => each !== secrets)
      return host ? plantedIn(host, service, secrets, others) : []
    }),
  )
  return seen[0] ?? []
}

/** Throws `Fallen` (`hard-coded-flag`) where the flag that a player would find is surely not the planted one. */
function useOf({ key }: Task<SecurityKey>, service: Service, solved: boolean): FlagUse {
  if (key.flag.kind !== 'fresh') return { by: 'the key', others: [] }
  const { format, original } = key.flag
  const placeholders = service.plants.flatMap((plant) => ('template' in plant ? [plant.placeholder] : []))
  const use = flagUseOf(service, format, [...placeholders, ...(original ? [original] : [])])
  if (!solved && use.by === undefined && use.others.length > 0)
    throw new Fallen(
      'hard-coded-flag',
      `nothing in the service names the planted flag, and its files have one of their own (${use.others[0]}): plant it there, as a template`,
    )
  return use
}

/**
 * Throws `Fallen` (`hard-coded-flag`) where everybody who connects is told a flag that the files have and nobody planted:
 * a player hands it in, and it is wrong.
 */
function refuseTold({ others }: FlagUse, starts: readonly Start[]): void {
  const told = others.find(
    (text) =>
      !isStandIn(text) &&
      starts.every(({ answer, secrets }) => {
        const said = answer.text
        return said.includes(text) && !said.includes(secrets[flagSecret] ?? text)
      }),
  )
  if (told !== undefined)
    throw new Fallen(
      'hard-coded-flag',
      `it tells whoever connects a flag of its own (${told}) and not the planted one: plant it there, as a template`,
    )
}

/** What makes a task poor and not wrong. */
function findingsOf(
  { key, brief }: Task<SecurityKey>,
  plan: Plan,
  starts: readonly Start[],
  use: FlagUse,
): string[] {
  const findings: string[] = []
  const published = key.flag.kind === 'fresh' && key.flag.original
  const [place] = published ? placesOf(published, brief.files) : []
  if (place) findings.push(`the published flag, which is refused, is in a file of the player's: ${place}`)
  const dresses = new Set<Trace>(
    starts.flatMap(({ answer, secrets }) =>
      tracesOf(secrets[flagSecret] ?? '', Buffer.from(answer.text, 'latin1')),
    ),
  )
  if (dresses.size > 0)
    findings.push(`the flag is handed to everybody who connects (${[...dresses].join(', ')}): a poor task`)
  if (use.others.length > 0)
    findings.push(`its files have other texts of the flag's form: ${use.others.slice(0, 3).join(', ')}`)
  if (use.by === undefined && plan.category !== 'pwn')
    findings.push('no file of the service names the planted flag')
  if (starts.some(({ answer }) => answer.flood)) findings.push('it says more than anybody reads')
  if (key.flag.kind !== 'fresh') findings.push('its flag is the same for everybody')
  return findings
}
