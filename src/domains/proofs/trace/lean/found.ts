import { z } from 'zod'

const whole = z.number().int().nonnegative()
const place = { start: whole, end: whole }
const goal = z.object({
  name: z.string().optional(),
  hypotheses: z.array(
    z.object({ names: z.array(z.string()), type: z.string(), body: z.string().optional() }),
  ),
  conclusion: z.string(),
})
const errors = z.array(z.object({ line: whole, message: z.string() }))

/** What `Trace.lean` writes of a file. Positions are bytes of its UTF-8. */
export const foundSchema = z.discriminatedUnion('header', [
  z.object({ header: z.literal(false), errors }),
  z.object({
    header: z.literal(true),
    commands: z.array(z.object(place)),
    declarations: z.array(
      z.object({
        ...place,
        name: z.object(place).optional(),
        value: z.object(place),
        /** `sorry` stands in it. */
        incomplete: z.boolean(),
      }),
    ),
    definitions: z.array(
      z.object({
        ...place,
        name: z.string(),
        kind: z.string(),
        type: z.string(),
        /** Those in its type. */
        constants: z.array(z.string()),
      }),
    ),
    /** A goal that Lean does not know any more is null. */
    steps: z.array(z.object({ ...place, before: z.array(goal.nullable()), after: z.array(goal.nullable()) })),
    uses: z.array(z.object({ ...place, name: z.string(), kind: z.string(), module: z.string() })),
    errors,
  }),
])
export type Found = Extract<z.infer<typeof foundSchema>, { header: true }>
