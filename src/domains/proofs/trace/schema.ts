import { z } from 'zod'

/** Raised when the meaning of what is written changes: files of another version are traced again. */
export const schemaVersion = 1

const whole = z.number().int().nonnegative()

/** UTF-16 offsets into the file's text, `[start, end)`, and the line of the start, from 1. */
export const spanSchema = z.object({ start: whole, end: whole, line: z.number().int().positive() })
export type Span = z.infer<typeof spanSchema>

/** Kinds that are no premises: libraries and modules, notations (what they stand for is not named), what is bound. */
export const notPremises: ReadonlySet<string> = new Set(['lib', 'mod', 'modtype', 'sec', 'binder', 'not'])

/** A name that a file defines: as Rocq's `.glob` has it, or in Lean a constant that has a place. */
export const definitionSchema = z.object({
  /** Fully qualified. */
  name: z.string(),
  /** Rocq's own word: `prf`, `def`, `ind`, `constr`, `ax`, `inst`, `proj`, `abbrev`, `class` … */
  kind: z.string(),
  span: spanSchema,
  /** All that defines it; only of Lean: in Rocq it is the sentence that the name stands in. */
  sentence: spanSchema.optional(),
})
export type Definition = z.infer<typeof definitionSchema>

/** Why a file was traced in part or not at all. */
export const failureSchema = z.object({
  reason: z.enum([
    'name',
    'size',
    'cycle',
    'dependency',
    'compile',
    'time',
    'memory',
    'output',
    'glob',
    'answer',
    'replay',
    'died',
  ]),
  message: z.string(),
  /** Where in the file, as far as that is known. */
  at: spanSchema.optional(),
})
export type Failure = z.infer<typeof failureSchema>

/** The first line of a file's trace. */
export const headerSchema = z.object({
  type: z.literal('file'),
  schema: z.literal(schemaVersion),
  /** Relative to the traced directory. */
  file: z.string(),
  /** Its module's fully qualified name. */
  module: z.string(),
  /** Digest (SHA-256, hex) of all that the trace was made of: sources below it, flags, version of Rocq. */
  basis: z.string(),
  /** Traced files that it requires itself, relative to the traced directory. */
  requires: z.array(z.string()),
  outcome: z.enum(['traced', 'partial', 'failed']),
  failure: failureSchema.optional(),
  sentences: whole,
  theorems: whole,
  steps: whole,
  /** Wall time. */
  seconds: z.object({ compile: z.number(), replay: z.number() }),
  definitions: z.array(definitionSchema),
})
export type Header = z.infer<typeof headerSchema>

const hypothesisSchema = z.object({
  names: z.array(z.string()),
  type: z.string(),
  body: z.string().optional(),
})
export const stateSchema = z.object({
  /** Goals in focus, in the prover's order. */
  goals: z.array(
    z.object({
      name: z.string().optional(),
      hypotheses: z.array(hypothesisSchema),
      conclusion: z.string(),
    }),
  ),
  /** Goals outside the focus, on the shelf, and given up. */
  waiting: whole,
  shelved: whole,
  givenUp: whole,
})
export type State = z.infer<typeof stateSchema>

export const premiseSchema = z.object({
  /** Fully qualified. */
  name: z.string(),
  /** Rocq's own word: `thm`, `def`, `ind`, `constr`, `ax`, `inst`, `proj`, `abbrev` … */
  kind: z.string(),
  /** The library module that it is in. */
  module: z.string(),
  /** Where it is defined, where a traced file says so. */
  place: z.object({ file: z.string(), span: spanSchema }).optional(),
})
export type TracedPremise = z.infer<typeof premiseSchema>

export const stepSchema = z.object({
  tactic: z.string(),
  kind: z.enum(['tactic', 'bullet', 'brace']),
  span: spanSchema,
  /** Indices into the theorem's `states`. */
  before: whole,
  after: whole,
  /** Indices into the theorem's `premises`: what the tactic's text names. */
  premises: z.array(whole),
})

/** A theorem with its proof: every line of a file's trace but the first. */
export const theoremSchema = z.object({
  type: z.literal('theorem'),
  /** Unique in the trace: the file and the offset of the statement. */
  id: z.string(),
  /** Fully qualified; absent for obligations. */
  name: z.string().optional(),
  file: z.string(),
  module: z.string(),
  /** The sentence that states it: from its first character to the end of the statement. */
  span: spanSchema,
  /** What was said, with the word that it begins with: `Lemma app_nil_r : …`. */
  statement: z.string(),
  /** `Theorem`, `Lemma`, `Instance`, `Next` … */
  head: z.string(),
  /** Equal for equal statements: of the first state and of what the statement's names and notations stand for. */
  digest: z.string(),
  /** The sentence that ends the proof: `Qed.`, `Defined.`, `Proof term.` */
  ending: z.string(),
  endingSpan: spanSchema,
  /** False where it was given up: `Admitted`, `Abort`. */
  proved: z.boolean(),
  states: z.array(stateSchema),
  steps: z.array(stepSchema),
  premises: z.array(premiseSchema),
  /** Indices into `premises`. */
  statementPremises: z.array(whole),
  endingPremises: z.array(whole),
  /** Theorems and axioms among the premises: fully qualified names. */
  dependencies: z.array(z.string()),
})
export type TracedTheorem = z.infer<typeof theoremSchema>

/** `trace.json`: what was traced, in an order in which every file stands behind all that it requires. */
export const manifestSchema = z.object({
  schema: z.literal(schemaVersion),
  prover: z.enum(['rocq', 'lean']).default('rocq'),
  /** `stdlib`, or the directory's own name. */
  source: z.string(),
  /** The prover's version. */
  rocq: z.string().optional(),
  lean: z.string().optional(),
  flags: z.array(z.string()),
  files: z.array(z.string()),
})
export type Manifest = z.infer<typeof manifestSchema>

export const splitSchema = z.object({
  schema: z.literal(schemaVersion),
  split: z.enum(['chronological', 'random', 'unseen-directory']),
  seed: z.string(),
  /** Theorems left out because an earlier one has the same statement. */
  duplicates: whole,
  /** Directories that nothing is trained on; only of `unseen-directory`. */
  unseen: z.array(z.string()).optional(),
  /** Ids of theorems, in the order of the trace. */
  train: z.array(z.string()),
  validation: z.array(z.string()),
  test: z.array(z.string()),
})
export type Split = z.infer<typeof splitSchema>
