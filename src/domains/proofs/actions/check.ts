import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Observation } from '../../../core/environment.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { PosedByProver } from '../brief.ts'
import { answerPaths } from '../key.ts'
import { type Compiled, compileSeconds } from './compile.ts'
import { dialects } from './dialect.ts'
import { cut, failure, textAt } from './workbench.ts'

const input = z.object({
  path: z
    .string()
    .optional()
    .describe('a file of the work directory, of Rocq (.v) or Lean (.lean); the answer where absent'),
  text: z.string().optional().describe('instead of what the file has: nothing is written'),
})

/** `check`. */
export function checkDeed(sandbox: Sandbox, posed: PosedByProver) {
  const answer = posed.rocq === undefined && posed.lean ? answerPaths.lean : answerPaths.rocq
  return deed({
    description:
      "Compiles a whole file alone beside the task's other files and shows errors with their lines; where it compiles, the theorem it has and the axioms that rests on.",
    input,
    async run({ path = answer, text }, signal) {
      const content = text ?? (await textAt(sandbox, path))
      if (content === undefined) return failure(`there is no ${path} yet; write it first, or give "text"`)
      const prover = path.endsWith('.lean') ? 'lean' : 'rocq'
      return told(path, content, await dialects[prover].compile(sandbox, content, posed[prover], signal))
    },
  })
}

/** What a compilation says, in words and as data. */
export function told(path: string, text: string, compiled: Compiled): Observation {
  const { ok, timedOut, log, remarks, theorem } = compiled
  const lines = text.split('\n')
  const data = {
    compiles: ok,
    remarks: remarks.map((remark) => ({ ...remark, characters: [...remark.characters] })),
    ...(theorem !== undefined && { theorem }),
  }
  if (timedOut) return { ok: false, text: `${path} takes longer than ${compileSeconds} s to compile`, data }
  const errors = remarks.map(
    ({ kind, line, characters: [from], message }) =>
      `${path}:${line}:${from}: ${kind}: ${message}\n    ${cut((lines[line - 1] ?? '').trim(), 300)}`,
  )
  if (!ok) return { ok: false, text: cut(errors.join('\n') || log.trim() || 'the compiler failed'), data }
  const printed = errors.length > 0 ? errors.join('\n') : log.trim()
  const parts = [printed, `${path} compiles.`, theorem === undefined ? '' : `In it, ${theorem}`]
  return { ok: true, text: cut(parts.filter((part) => part !== '').join('\n')), data }
}
