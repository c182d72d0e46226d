import { z } from 'zod'
import { UsageError } from '../core/errors.ts'

/** `name` or `name:key=value,key=value`, taken apart. Throws `UsageError` (`bad-agent-option`). */
export function parseSpec(spec: string): { name: string; given: Record<string, string> } {
  const colon = spec.indexOf(':')
  const name = colon < 0 ? spec : spec.slice(0, colon)
  const given = new Map<string, string>()
  for (const part of colon < 0 ? [] : spec.slice(colon + 1).split(',')) {
    const equals = part.indexOf('=')
    if (equals < 1) throw bad(spec, `"${part}" is not key=value`)
    const key = part.slice(0, equals)
    if (given.has(key)) throw bad(spec, `"${key}" is given twice`)
    given.set(key, part.slice(equals + 1))
  }
  return { name, given: Object.fromEntries(given) }
}

/** The options as the agent's schema has them. Throws `UsageError` (`bad-agent-option`) that lists what there is. */
export function parseOptions<Schema extends z.ZodObject>(
  spec: string,
  given: Record<string, string>,
  schema: Schema,
): z.infer<Schema> {
  const blank = Object.keys(given).find((key) => given[key]?.trim() === '')
  if (blank !== undefined) throw bad(spec, `"${blank}" has no value`)
  const checked = schema.safeParse(given)
  if (checked.success) return checked.data
  const known = Object.keys(schema.shape).join(', ')
  throw bad(
    spec,
    `${z.prettifyError(checked.error)}\n${known ? `Its options: ${known}` : 'It has no options'}`,
  )
}

/** The agent's name with the options that are not the defaults, in the schema's order, so that equal agents have equal names. */
export function nameOf(name: string, options: Record<string, unknown>, schema: z.ZodObject): string {
  const said = Object.keys(schema.shape).flatMap((key) => {
    const value = options[key]
    return value === undefined || value === defaultOf(schema, key) ? [] : [`${key}=${value}`]
  })
  return said.length === 0 ? name : `${name}:${said.join(',')}`
}

/** Undefined where the option has none. */
export function defaultOf(schema: z.ZodObject, key: string): unknown {
  const field = schema.shape[key]
  return field instanceof z.ZodDefault ? field.def.defaultValue : undefined
}

function bad(spec: string, why: string): UsageError {
  return new UsageError('bad-agent-option', `the agent "${spec}": ${why}`)
}
