import { posix } from 'node:path'
import { UsageError } from '../../../core/errors.ts'
import { type FileSet, isPath, sizeOf, toBytes } from '../../../core/files.ts'
import { linksOf } from '../../../sandbox/links.ts'
import { Fallen, type RawItem } from '../../source.ts'
import type { Plan, ServicePlan } from '../plan.ts'
import { challengeJsonOf } from './challenge-json.ts'
import { composeOf } from './compose.ts'
import { dockerfileOf } from './dockerfile.ts'
import { type Planting, plantingOf, writtenFlag } from './flag.ts'
import { manifestOf } from './manifest.ts'
import { joined, placed } from './placed.ts'

export { nyuIndex } from './challenge-json.ts'

/** What is the same for all tasks of a suite. */
export interface WriteOptions {
  /** With `container` a task's service is the image of its Dockerfile. */
  readonly backend: 'bubblewrap' | 'container'
  readonly suite: string
  /** Where the raw material is from, and under which licence; empty where nobody says. */
  readonly source: string
  readonly licence: string
}

/** What the work directory of a service may hold, in bytes (`openScene`). */
const maxServiceBytes = 64 * 1024 ** 2

/**
 * The whole directory of a task: what `readTask` reads, and beside it `challenge.json`, `docker-compose.yml` and the
 * service's Dockerfile for other tools. `contents` has the challenge's files by the plan's `from`. The same for the same
 * arguments. Throws `Fallen`: `missing-files`, `too-large`, and `broken-plan` for what cannot be written as it was decided.
 */
export function writeTask(
  item: RawItem,
  plan: Plan,
  contents: ReadonlyMap<string, Uint8Array>,
  options: WriteOptions,
): FileSet {
  const title = titleOf(plan.title) || item.id
  const flag = writtenFlag(item.id, plan.flag)
  const players = placed(plan.players, contents)
  if (plan.flag.kind === 'fresh' && !plan.service)
    throw new Fallen('broken-plan', 'its flag is fresh for each trial, and there is no service that has it')
  const served = plan.service && servedBy(plan.service, contents, { id: item.id, flag })
  const instructions = withHeading(title, plan.instructions)
  const image = options.backend === 'container' ? served?.dockerfile : undefined
  const texts = new Map<string, string>([
    [
      'task.toml',
      manifestOf({
        plan,
        title,
        original: plan.flag.kind === 'fresh' ? flag : undefined,
        plants: served?.plants ?? [],
        image,
        playerBytes: sizeOf(players),
        source: options.source.trim() || options.suite,
        licence: options.licence,
      }),
    ],
    ['instruction.md', instructions],
    [
      'challenge.json',
      challengeJsonOf(plan, {
        title,
        description: withoutHeading(instructions),
        flag,
        players: [...players.keys()],
      }),
    ],
  ])
  if (plan.service && served) texts.set('docker-compose.yml', composeOf(plan.service, served.dockerfile))
  return joined([
    ['', new Map([...texts].map(([path, text]) => [path, toBytes(text.toWellFormed())]))],
    ['environment/', players],
    ...(plan.service && served ? [[`services/${plan.service.name}/`, served.files] as const] : []),
    ['solution/', placed(plan.solver?.files ?? [], contents)],
    ['tests/', checkerOf(plan.flag, contents)],
  ])
}

/** A service's directory. */
interface Served extends Pick<Planting, 'files' | 'plants'> {
  /** Path of its Dockerfile. */
  readonly dockerfile: string
}

function servedBy(
  service: ServicePlan,
  contents: ReadonlyMap<string, Uint8Array>,
  about: { readonly id: string; readonly flag: string | undefined },
): Served {
  checkLinks(service)
  const own = placed(service.files, contents)
  // It would decide over what goes into the image, and no program needs it.
  own.delete('.dockerignore')
  const { files, env, plants } = plantingOf(service, own, about)
  const bytes = sizeOf(files)
  if (bytes > maxServiceBytes)
    throw new Fallen(
      'too-large',
      `its service has ${bytes} bytes of files; ${maxServiceBytes} at most are served`,
    )
  const dockerfile = ['Dockerfile', 'service.Dockerfile'].find((name) => isFree(name, files))
  if (dockerfile === undefined)
    throw new Fallen('broken-plan', 'its service has files Dockerfile and service.Dockerfile of its own')
  const text = dockerfileOf(service, files, { ...service.env, ...env })
  return { files: new Map([...files, [dockerfile, toBytes(text)]]), plants, dockerfile }
}

function isFree(name: string, files: FileSet): boolean {
  return [...files.keys()].every((path) => path !== name && !path.startsWith(`${name}/`))
}

/** Throws `Fallen` for links that no sandbox makes. */
function checkLinks({ links }: ServicePlan): void {
  try {
    linksOf(links)
  } catch (thrown) {
    if (thrown instanceof UsageError) throw new Fallen('broken-plan', thrown.message, { cause: thrown })
    throw thrown
  }
}

/** The checker, at the place where its command names it. */
function checkerOf(flag: Plan['flag'], contents: ReadonlyMap<string, Uint8Array>): FileSet {
  if (flag.kind !== 'checker') return new Map()
  const name = posix.basename(flag.from.replace(/^.*!\//s, ''))
  const words = flag.command.map((word) => word.replace(/^\.\//, ''))
  const path =
    words.find((word) => isPath(word) && posix.basename(word) === name) ??
    (flag.command[0]?.startsWith('./') ? (words[0] ?? name) : name)
  if (!isPath(path)) throw new Fallen('broken-plan', `${JSON.stringify(path)} is no path for a checker`)
  return placed([{ path, from: flag.from }], contents)
}

/** One line without anything that moves a cursor. */
function titleOf(said: string): string {
  return said
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
}

function withHeading(title: string, instructions: string): string {
  const text = instructions.trim()
  return `${text.startsWith('# ') ? text : `# ${title}\n\n${text}`}\n`
}

function withoutHeading(instructions: string): string {
  return instructions.replace(/^# .*\n+/, '').trim()
}
