import { z } from 'zod'
import type { Agent } from '../core/agent.ts'
import type { Domain } from '../core/domain.ts'
import { UsageError } from '../core/errors.ts'
import { attack, attackOptions } from './attack.ts'
import { bestOf, bestOfOptions } from './best-of.ts'
import { chipgpt, chipgptOptions } from './chipgpt.ts'
import { nop } from './nop.ts'
import { oracle } from './oracle.ts'
import { react, reactOptions } from './react.ts'
import { refine, refineOptions } from './refine.ts'
import { replay, replayOptions } from './replay.ts'
import { search, searchOptions } from './search.ts'
import { defaultOf, nameOf, parseOptions, parseSpec } from './spec.ts'

interface Entry {
  readonly about: string
  readonly options: z.ZodObject
  /** `name` is the one with options. */
  make(name: string, options: never, domain: Domain): Agent
}

function entry<Options extends z.ZodObject>(
  about: string,
  options: Options,
  make: (name: string, options: z.infer<Options>, domain: Domain) => Agent,
): Entry {
  return { about, options, make }
}

const none = z.strictObject({})

const agents: Readonly<Record<string, Entry>> = {
  react: entry('a model in a tool loop with the environment', reactOptions, react),
  refine: entry('a model that repairs its answer with what the judge says', refineOptions, refine),
  'best-of': entry("the best of k answers of a model, by the domain's rating", bestOfOptions, bestOf),
  search: entry('a model in a best-first search over candidates, by rating or judge', searchOptions, search),
  chipgpt: entry(
    'candidates of a model, verified, repaired, synthesised; the best by what they cost',
    chipgptOptions,
    chipgpt,
  ),
  baseline: entry("the domain's own agent, without a model", none, (_name, _options, domain) => {
    if (domain.baseline) return domain.baseline
    throw new UsageError('no-baseline', `the domain ${domain.name} has no baseline agent`)
  }),
  oracle: entry('hands in the reference solution', none, oracle),
  nop: entry('hands in nothing', none, nop),
  attack: entry(
    "hands in one of the domain's attacks on its judge",
    attackOptions,
    (name, options, domain) => {
      const names = domain.attacks.map((each) => each.name)
      if (options.name === undefined || names.includes(options.name)) return attack(name, options)
      throw new UsageError(
        'unknown-attack',
        `${domain.name} has no attack "${options.name}"; it has ${names.join(', ')}`,
      )
    },
  ),
  replay: entry('plays a recorded trajectory again', replayOptions, replay),
}

/**
 * The agent of a spec: `name` or `name:key=value,key=value`. Throws `UsageError` for an unknown name
 * (`unknown-agent`), options that are not right (`bad-agent-option`) and a domain without a baseline (`no-baseline`).
 */
export function agentOf(spec: string, domain: Domain): Agent {
  const { name, given } = parseSpec(spec)
  const known = Object.hasOwn(agents, name) ? agents[name] : undefined
  if (!known) {
    throw new UsageError('unknown-agent', `there is no agent "${name}"; there are ${agentNames().join(', ')}`)
  }
  const options = parseOptions(spec, given, known.options)
  return known.make(nameOf(name, options, known.options), options as never, domain)
}

export function agentNames(): string[] {
  return Object.keys(agents)
}

/** What there is to choose from, for `--help`. */
export function describeAgents(): { name: string; about: string; options: string[] }[] {
  return Object.entries(agents).map(([name, { about, options }]) => ({
    name,
    about,
    options: Object.entries(options.shape).map(([key, field]) => {
      const standard = defaultOf(options, key)
      const description = (field as z.ZodType).description ?? ''
      return `${key}: ${description}${standard === undefined ? '' : ` (${standard})`}`
    }),
  }))
}
