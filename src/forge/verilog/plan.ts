import { z } from 'zod'

const port = z.strictObject({ name: z.string(), width: z.number().int() })

/** An input that resets, known by what it does to registers. */
const reset = z.strictObject({
  name: z.string(),
  active: z.union([z.literal(0), z.literal(1)]),
  asynchronous: z.boolean(),
  /** Register bits that it sets, of all. */
  resets: z.number().int(),
  registers: z.number().int(),
})
export type Reset = z.infer<typeof reset>

/** Inputs of one step, by name, as binary text with the most significant bit first. `tick`: an active edge follows. */
const step = z.strictObject({ values: z.record(z.string(), z.string()), tick: z.boolean() })
export type Step = z.infer<typeof step>

const stimulus = z.strictObject({
  seed: z.number().int(),
  /** Phases of random stimuli, each with its own densities, and cycles (or vectors) in each. */
  phases: z.number().int(),
  cycles: z.number().int(),
  /** Counterexamples of mutants that the random stimuli let through: played at the end. */
  directed: z.array(z.array(step)),
})

/** What mutants were made for tuning, and what became of them with random stimuli alone. */
const tuning = z.strictObject({
  seed: z.string(),
  made: z.number().int(),
  /** Names of those that a proof refutes, and of those among them that random stimuli killed. */
  refuted: z.array(z.string()),
  killed: z.array(z.string()),
  unknown: z.number().int(),
  /** Phases of random stimuli that they were simulated with. */
  phases: z.number().int(),
})

export const planSchema = z.strictObject({
  file: z.string(),
  module: z.string(),
  /** Other modules that it instantiates, each before those that use it. */
  submodules: z.array(z.string()),
  /** Reference and oracle's answer, as the key wants their names. */
  reference: z.string(),
  solution: z.string(),
  inputs: z.array(port),
  outputs: z.array(port),
  parameters: z.record(z.string(), z.string()),
  registers: z.number().int(),
  clock: z.strictObject({ name: z.string(), rising: z.boolean(), bothEdges: z.boolean() }).optional(),
  resets: z.array(reset),
  /** Active edges until all outputs are known while the resets are held; absent where they never are. */
  cyclesToKnown: z.number().int().optional(),
  /** What the outputs are before anything happened, where the registers have initial values. */
  initial: z.record(z.string(), z.string()).optional(),
  description: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('comment'), text: z.string() }),
    z.strictObject({ kind: z.literal('beside'), text: z.string(), file: z.string() }),
    z.strictObject({ kind: z.literal('table'), rows: z.array(z.tuple([z.string(), z.string()])) }),
    z.strictObject({ kind: z.literal('names') }),
  ]),
  /** What the source says of each port, by its name. */
  portComments: z.record(z.string(), z.string()),
  licence: z.string(),
  /** What was done to the source, and what a reader should know. */
  notes: z.array(z.string()),
  stimulus,
  tuning: tuning.optional(),
})
/** What was decided for one module. */
export type Plan = z.infer<typeof planSchema>
