import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UsageError } from '../../core/errors.ts'

/** One known defect of a published task, as it was verified, and its correction. */
const erratumSchema = z.object({
  id: z.string(),
  task: z.string(),
  /** The variants that have the defect; all where absent. */
  variants: z.array(z.string()).optional(),
  defect: z.string(),
  effect: z.string(),
  /** What stays unchecked even so; told with every verdict. */
  note: z.string().optional(),
  /** Replacements of text that must stand exactly once in the file. */
  edits: z.array(z.object({ file: z.string(), old: z.string().min(1), new: z.string() })),
})
export type Erratum = z.infer<typeof erratumSchema>
const errataSchema = z.object({
  suite: z.string(),
  source: z.string(),
  entries: z.array(erratumSchema),
})

/** The texts of one task of VerilogEval by the ending of their file names. */
export type TaskTexts = Readonly<Record<'prompt.txt' | 'ref.sv' | 'test.sv', string>>

/** The errata that ship with Touchstone for one benchmark. */
export async function errataFor(benchmark: 'verilog-eval-v2' | 'rtllm-v2'): Promise<readonly Erratum[]> {
  const text = await readFile(new URL(`errata/${benchmark}.json`, import.meta.url), 'utf8')
  return errataSchema.parse(JSON.parse(text)).entries
}

/** Those of the errata that concern one task of one variant. */
export function errataOf(errata: readonly Erratum[], task: string, variant?: string): readonly Erratum[] {
  const concerns = ({ variants }: Erratum) => !variants || variant === undefined || variants.includes(variant)
  return errata.filter((entry) => entry.task === task && concerns(entry))
}

/** The texts with the corrections made. Throws `UsageError` where a text to replace is not there exactly once. */
export function correct<Texts extends Readonly<Record<string, string>>>(
  texts: Texts,
  errata: readonly Erratum[],
): Texts {
  const corrected: Record<string, string> = { ...texts }
  for (const { id, task, edits } of errata) {
    for (const { file, old, new: replacement } of edits) {
      const parts = corrected[file]?.split(old) ?? []
      if (parts.length !== 2)
        throw new UsageError(
          'erratum-mismatch',
          `erratum ${id} expects "${old}" exactly once in ${task}_${file} and finds it ${Math.max(0, parts.length - 1)} times; the dataset is another release: load it without errata`,
        )
      corrected[file] = parts.join(replacement)
    }
  }
  return corrected as Texts
}
