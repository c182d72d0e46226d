import type { Plant, Ready } from '../../../core/service.ts'
import type { Plan, ServicePlan } from '../plan.ts'
import { type TomlValue, tomlKey, tomlLine } from './toml.ts'

const mebi = 1024 ** 2

/** What `task.toml` is written from, besides the plan. */
export interface ManifestParts {
  readonly plan: Plan
  readonly title: string
  /** The flag that stands in the written files, which nobody is given. */
  readonly original: string | undefined
  readonly plants: readonly Plant[]
  /** Path of the service's Dockerfile where the task's own service is the image; else it is run from its files. */
  readonly image: string | undefined
  /** Bytes of the player's files. */
  readonly playerBytes: number
  readonly source: string
  readonly licence: string
}

/** `task.toml`, in the order in which people write it. */
export function manifestOf(parts: ManifestParts): string {
  const { plan, image } = parts
  const { service, solver } = plan
  const tables: [string, Record<string, TomlValue | undefined>][] = [
    [
      '',
      {
        schema: 1,
        title: parts.title,
        domain: 'security',
        tags: [plan.category],
      },
    ],
    ['answer', { kind: 'text' }],
    ['limits', limitsOf(parts)],
    ['origin', { source: sourceOf(parts), licence: parts.licence.trim() || 'not stated' }],
  ]
  if (service) tables.push([`services.${tomlKey(service.name)}`, serviceOf(service, parts.plants, image)])
  tables.push([
    'key',
    {
      flag: flagOf(plan.flag, parts.original),
      solver: solver && { command: solver.command, seconds: 120 },
    },
  ])
  return tables
    .map(([name, values]) => {
      const lines = Object.entries(values).flatMap(([key, value]) =>
        value === undefined ? [] : [tomlLine(key, value)],
      )
      return [...(name === '' ? [] : [`[${name}]`]), ...lines].map((line) => `${line}\n`).join('')
    })
    .join('\n')
}

/** An exploit takes longer than a puzzle; the work directory lies in memory. */
function limitsOf({ plan, playerBytes }: ManifestParts): Record<string, TomlValue | undefined> {
  const large = playerBytes > 128 * mebi
  const megabytes = Math.ceil(playerBytes / mebi)
  return {
    wall_seconds: plan.service ? 2400 : 1800,
    turns: plan.service ? 60 : 50,
    memory_mb: large ? 1024 + 2 * megabytes : undefined,
    disk_mb: large ? 128 + 2 * megabytes : undefined,
  }
}

function sourceOf({ plan, source }: ManifestParts): string {
  const competition = plan.competition.trim()
  return competition === '' || competition === source ? source : `${competition}, from ${source}`
}

function serviceOf(
  service: ServicePlan,
  plants: readonly Plant[],
  image: string | undefined,
): Record<string, TomlValue | undefined> {
  const own = image === undefined
  return {
    command: own ? service.command : undefined,
    image: own ? undefined : { dockerfile: image },
    ports: [service.port],
    links: own ? unlessEmpty(service.links) : undefined,
    env: own ? unlessEmpty(service.env) : undefined,
    ready: unlessEmpty(readyOf(service.ready, service.port)),
    plant: plants.map(({ secret, ...rest }) => (secret === 'flag' ? rest : { secret, ...rest })),
    programs32: (own && service.programs32) || undefined,
    memory_mb: service.memoryMb === 512 ? undefined : service.memoryMb,
  }
}

/** What differs from how any service is waited for. */
function readyOf(ready: Ready, port: number): Record<string, TomlValue> {
  return {
    ...(ready.port !== undefined && ready.port !== port && { port: ready.port }),
    ...(ready.send !== undefined && { send: ready.send }),
    ...(ready.expect !== undefined && { expect: ready.expect }),
    ...(ready.silent && { silent: true }),
    ...(ready.seconds !== 30 && { seconds: ready.seconds }),
  }
}

function unlessEmpty<T extends object>(table: T): T | undefined {
  return Object.keys(table).length === 0 ? undefined : table
}

function flagOf(flag: Plan['flag'], original: string | undefined): TomlValue {
  switch (flag.kind) {
    case 'fresh':
      return { format: flag.format, original }
    case 'sha256':
      return { sha256: flag.digest }
    case 'static':
      return { value: flag.value }
    case 'checker':
      return { checker: flag.command, accepts: flag.accepts, refuses: flag.refuses }
  }
}
