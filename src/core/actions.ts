import { z } from 'zod'
import type { Action, ActionTable, Observation } from './environment.ts'
import { LimitReached, TouchstoneError } from './errors.ts'
import type { ToolSpec } from './model.ts'
import type { Finished } from './sandbox.ts'

/** An action together with what it does. */
export interface Deed<Input extends z.ZodObject = z.ZodObject> extends Action {
  readonly input: Input
  run(input: z.infer<Input>, signal?: AbortSignal): Promise<Observation>
}

/** Types a deed's `run` by its input schema. */
export function deed<Input extends z.ZodObject>(definition: Deed<Input>): Deed {
  return definition as unknown as Deed
}

/**
 * `Environment.act` over a table of deeds: an unknown name or a refused input becomes an observation that says
 * what would have been right. A `UsageError` of the deed (a path that leaves the work directory) is the agent's
 * mistake and becomes an observation too; everything else is thrown on.
 */
export async function perform(
  deeds: Readonly<Record<string, Deed>>,
  name: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<Observation> {
  const chosen = Object.hasOwn(deeds, name) ? deeds[name] : undefined
  if (!chosen) {
    return { ok: false, text: `There is no action "${name}". There are: ${Object.keys(deeds).join(', ')}.` }
  }
  const parsed = chosen.input.safeParse(input)
  if (!parsed.success) {
    return { ok: false, text: `The input of "${name}" is not right: ${z.prettifyError(parsed.error)}` }
  }
  try {
    return await chosen.run(parsed.data, signal)
  } catch (thrown) {
    if (thrown instanceof TouchstoneError && thrown.exitCode === 2) return { ok: false, text: thrown.message }
    throw thrown
  }
}

/** Throws `LimitReached` where a command ran into a limit of its sandbox; a command's own time-out is not one. */
export function orLimit(finished: Finished): Finished {
  if (finished.limit && finished.limit !== 'wall' && finished.limit !== 'output') {
    throw new LimitReached(finished.limit, `a command reached the sandbox's ${finished.limit} limit`)
  }
  return finished
}

/** The actions as a model sees them. */
export function toolSpecs(actions: ActionTable): ToolSpec[] {
  return Object.entries(actions).map(([name, { description, input }]) => ({
    name,
    description,
    inputSchema: jsonSchemaOf(input),
  }))
}

const jsonSchemas = new WeakMap<z.ZodObject, unknown>()

/** Kept per schema: conversion costs more than a whole scripted turn, and the actions of a domain do not change. */
function jsonSchemaOf(schema: z.ZodObject): unknown {
  let known = jsonSchemas.get(schema)
  if (!known) {
    known = z.toJSONSchema(schema, { io: 'input' })
    jsonSchemas.set(schema, known)
  }
  return known
}
