import { z } from 'zod'

/**
 * What the REPL answers. Fields that a later REPL adds are kept. Lean's code prints to the same stream, so that nothing of
 * this is believed before it has been read here.
 */
const numberSchema = z.int().nonnegative()
const positionSchema = z.looseObject({ line: numberSchema, column: numberSchema })

const messageSchema = z.looseObject({
  severity: z.enum(['trace', 'info', 'warning', 'error']),
  pos: positionSchema,
  endPos: positionSchema.nullish(),
  data: z.string(),
})
export type Message = z.infer<typeof messageSchema>

/** A hole. Holes of a tactic have no place. */
const sorrySchema = z.looseObject({
  goal: z.string(),
  proofState: numberSchema.nullish(),
  pos: positionSchema.optional(),
  endPos: positionSchema.optional(),
})

const tacticSchema = z.looseObject({
  tactic: z.string(),
  goals: z.string(),
  proofState: numberSchema.nullish(),
  pos: positionSchema,
  endPos: positionSchema,
  usedConstants: z.array(z.string()).optional(),
})

const commandSchema = z.looseObject({
  env: numberSchema,
  messages: z.array(messageSchema).optional(),
  sorries: z.array(sorrySchema).optional(),
  tactics: z.array(tacticSchema).optional(),
  infotree: z.unknown().optional(),
})
export type CommandReply = z.infer<typeof commandSchema>

/** `proofStatus` is missing in REPLs before 2025: `Completed`, `Incomplete: …`, `Error: …` or `Not verified: …`. */
const stateSchema = z.looseObject({
  proofState: numberSchema,
  goals: z.array(z.string()),
  messages: z.array(messageSchema).optional(),
  sorries: z.array(sorrySchema).optional(),
  traces: z.array(z.string()).optional(),
  proofStatus: z.string().optional(),
})
export type StateReply = z.infer<typeof stateSchema>

const errorSchema = z.looseObject({ message: z.string() })

/** A reply by its kind: of commands, of tactics, or that it could not be done. */
export type Reply =
  | { readonly kind: 'command'; readonly value: CommandReply }
  | { readonly kind: 'state'; readonly value: StateReply }
  | { readonly kind: 'error'; readonly value: z.infer<typeof errorSchema> }

/** Undefined for what is no reply of a REPL. */
export function readReply(json: unknown): Reply | undefined {
  const state = stateSchema.safeParse(json)
  if (state.success) return { kind: 'state', value: state.data }
  const command = commandSchema.safeParse(json)
  if (command.success) return { kind: 'command', value: command.data }
  const error = errorSchema.safeParse(json)
  return error.success ? { kind: 'error', value: error.data } : undefined
}
