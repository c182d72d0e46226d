import { fileSet } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import { readySchema, type Service } from '../../../core/service.ts'
import { answerSpecSchema, feedbackPolicySchema, type Task } from '../../../core/task.ts'
import type { FlagPlan, SecurityKey } from '../../../domains/security/key.ts'
import { type Plan, planSchema, type ServicePlan, servicePlanSchema } from '../plan.ts'

/** The plan of a service for tests: a program in Perl or Python that socat starts for each connection, or one that listens. */
export function servicePlanOf(change: Partial<ServicePlan> = {}): ServicePlan {
  return servicePlanSchema.parse({
    name: 'chall',
    port: 4000,
    transport: 'stdin',
    program: 'chall',
    command: ['socat', 'TCP-LISTEN:4000,fork,reuseaddr,backlog=64,max-children=50', 'EXEC:./chall,stderr'],
    files: [{ path: 'chall', from: 'chall' }],
    links: {},
    env: {},
    ready: readySchema.parse({}),
    plants: [{ secret: 'flag', file: 'flag.txt' }],
    packages: ['socat'],
    memoryMb: 256,
    ...change,
  })
}

export function planOf(service?: ServicePlan, change: Partial<Plan> = {}): Plan {
  return planSchema.parse({
    title: 'Chall',
    category: 'misc',
    competition: 'tests',
    instructions: 'Take the flag from chall, port 4000.',
    players: [],
    ...(service && { service }),
    flag: { kind: 'fresh', format: 'flag{*}' },
    decisions: [],
    ...change,
  })
}

/** The written task of a plan. `files`: the service's, by path. */
export function taskOf(
  plan: Plan,
  files: Readonly<Record<string, string | Uint8Array>>,
  change: {
    readonly flag?: FlagPlan
    readonly solver?: SecurityKey['solver']
    readonly players?: Readonly<Record<string, string | Uint8Array>>
    readonly service?: Partial<Service>
  } = {},
): Task<SecurityKey> {
  const { service } = plan
  const services: Service[] = service
    ? [
        {
          name: service.name,
          aliases: [],
          files: fileSet(files),
          command: service.command,
          env: service.env,
          links: service.links,
          ports: [service.port],
          ready: service.ready,
          plants: service.plants,
          memoryBytes: service.memoryMb * 1024 ** 2,
          ...change.service,
        },
      ]
    : []
  return {
    id: 'chall',
    domain: 'security',
    brief: {
      instructions: plan.instructions,
      files: fileSet(change.players ?? { 'note.txt': 'Good luck.\n' }),
      answer: answerSpecSchema.parse({ kind: 'text' }),
      limits: limitsSchema.parse({ wallSeconds: 60 }),
      feedback: feedbackPolicySchema.parse({}),
    },
    ...(services.length > 0 && { services }),
    key: {
      flag: change.flag ?? { kind: 'fresh', format: 'flag{*}' },
      ...(change.solver && { solver: change.solver }),
      notes: [],
    },
    origin: { suite: 'tests', source: 'here', version: '1', licence: 'MIT' },
    errata: [],
  }
}
