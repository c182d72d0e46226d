import type { EnvironmentSecrets, Lab } from '../../../core/domain.ts'
import { InfrastructureError, LimitReached, messageOf, UsageError } from '../../../core/errors.ts'
import type { Service } from '../../../core/service.ts'
import type { Scene } from '../../../core/task.ts'
import { type OpenScene, openScene, ServiceNotReady } from '../../../sandbox/services.ts'
import { Fallen } from '../../source.ts'
import type { ServicePlan } from '../plan.ts'
import { type Answer, answerOf } from './answer.ts'
import { fallenOf, withoutSecrets } from './fall.ts'

/** A scene whose service has answered. */
export interface Start {
  readonly scene: OpenScene
  readonly secrets: EnvironmentSecrets
  readonly answer: Extract<Answer, { answered: true }>
}

/**
 * How long a service is waited for at first, in seconds: most are up in one, and of those that are not most have ended
 * or never will be. Only one that runs and does not listen yet gets all the time that the task gives it.
 */
const firstSeconds = 2

/**
 * Starts the task's service with these secrets and talks with it. `started` is told when its port takes connections.
 * Throws `Fallen` for what the service does, with its log; `InfrastructureError` for what the machine does.
 */
export async function start(
  scene: Scene,
  service: Service,
  plan: ServicePlan,
  secrets: EnvironmentSecrets,
  lab: Lab,
  started: () => void,
): Promise<Start> {
  const hide = <T>(thrown: T) => withoutSecrets(thrown, secrets)
  const opened = await opening(scene, service, plan, secrets, lab, started).catch((thrown: unknown) => {
    throw hide(thrown)
  })
  try {
    const answer = await answerOf(opened.sandbox, service, plan)
    lab.signal.throwIfAborted()
    if (!answer.answered) throw fallenOf(service, { log: opened.log(service.name), ...answer })
    started()
    return { scene: opened, secrets, answer }
  } catch (thrown) {
    await opened[Symbol.asyncDispose]()
    if (thrown instanceof Fallen && ran(thrown)) started()
    throw hide(ofItem(thrown))
  }
}

/** Behind socat a port takes connections whether there is a program or not. */
function ran({ kind }: Fallen): boolean {
  return !/^(missing-|other-machine|python2)/.test(kind) || kind === 'missing-file'
}

async function opening(
  scene: Scene,
  service: Service,
  plan: ServicePlan,
  secrets: EnvironmentSecrets,
  lab: Lab,
  started: () => void,
): Promise<OpenScene> {
  const open = (change: Partial<Service['ready']>, ports = service.ports) =>
    openScene(changed(scene, service, change, ports), secrets, lab).catch((thrown: unknown) => {
      throw ofItem(thrown)
    })
  const fall = (thrown: unknown): never => {
    if (!(thrown instanceof ServiceNotReady)) throw thrown
    const { seen, log, ends, lastEnd } = thrown
    // Nobody came to look, and its program runs: the machine's doing.
    if (seen === 'nothing' && ends === 0) throw thrown
    const fallen = fallenOf(service, { why: seen, log, ends, lastEnd, text: '' })
    if (seen !== 'refuses' && seen !== 'nothing' && ran(fallen)) started()
    throw fallen
  }
  try {
    return await open({ seconds: Math.min(service.ready.seconds, firstSeconds) })
  } catch (thrown) {
    if (!(thrown instanceof ServiceNotReady) || thrown.ends > 0) return fall(thrown)
    if (thrown.seen === 'silent' || thrown.seen === 'closes') {
      // Without a port nothing is waited for, and it can be heard out.
      await speaks(await open({ port: undefined }, []).catch(fall), service, plan).catch(
        (silent: unknown) => {
          if (silent instanceof Fallen && ran(silent)) started()
          throw silent
        },
      )
    } else if (thrown.seen !== 'refuses') return fall(thrown)
    return await open({}).catch(fall)
  }
}

/** What a trial would not think of saying. */
const unusual = /^(a number|a word|JSON)/

/**
 * Hears out a service that kept silent or hung up: it may be slow, or have said why. Throws `Fallen` (`silent`) where it does not speak, or only to
 * words that no trial would wait for.
 */
async function speaks(opened: OpenScene, service: Service, plan: ServicePlan): Promise<void> {
  await using scene = opened
  const answer = await answerOf(scene.sandbox, service, plan, 'long')
  const log = scene.log(service.name)
  if (!answer.answered) throw fallenOf(service, { log, ...answer })
  if (unusual.test(answer.to))
    throw new Fallen(
      'silent',
      `it keeps silent at first and answers only to ${answer.to} ("${answer.line}"): its output is buffered (run it with stdbuf -oL, or on a terminal: socat's pty,raw,echo=0), or ready.send has to say what it waits for`,
      { log },
    )
}

function changed(
  scene: Scene,
  { name }: Service,
  change: Partial<Service['ready']>,
  ports: readonly number[],
): Scene {
  const services = (scene.services ?? []).map((each) =>
    each.name === name ? { ...each, ports, ready: { ...each.ready, ...change } } : each,
  )
  return { ...scene, services }
}

/** Errors of the machine's that are the item's own doing: a task that makes no sense, files without room, a bad Dockerfile. */
export function ofItem(thrown: unknown): unknown {
  if (thrown instanceof UsageError) return new Fallen('broken-task', thrown.message, { cause: thrown })
  if (thrown instanceof LimitReached)
    return new Fallen('too-large', `its files do not fit into a sandbox: ${thrown.message}`, {
      cause: thrown,
    })
  if (!(thrown instanceof InfrastructureError)) return thrown
  if (thrown.code === 'image-build') {
    const [first = '', ...rest] = messageOf(thrown).split('\n')
    return new Fallen('image-build', first, { log: rest.join('\n'), cause: thrown })
  }
  if (thrown.code === 'checker-failed') return new Fallen('checker-failed', thrown.message, { cause: thrown })
  return thrown
}
