import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Observation } from '../../../core/environment.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Posed } from '../brief.ts'
import { answerPaths } from '../key.ts'
import { type Compiled, compileRocq, compileSeconds } from './compile.ts'
import { cut, failure, isThere, runIn, textAt } from './workbench.ts'

const input = z.object({
  path: z.string().default(answerPaths.rocq).describe('a file of the work directory; Answer.v where absent'),
  text: z.string().optional().describe('instead of what the file has: nothing is written'),
})

/** `check`. */
export function checkDeed(sandbox: Sandbox, posed: Posed | undefined) {
  return deed({
    description:
      "Compiles a whole file alone beside the task's Context and shows errors with their lines; where it compiles, the theorem it has and the axioms that rests on.",
    input,
    async run({ path, text }, signal) {
      const content = text ?? (await textAt(sandbox, path))
      if (content === undefined) return failure(`there is no ${path} yet; write it first, or give "text"`)
      if (path.endsWith('.lean')) return await checkLean(sandbox, content, signal)
      return told(path, content, await compileRocq(sandbox, content, posed, signal))
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

const leanDirectory = '.check-lean'

/** Lean is no part of every installation: where it is not there, that is said and is nobody's failure. */
async function checkLean(sandbox: Sandbox, text: string, signal?: AbortSignal): Promise<Observation> {
  if (!(await isThere(sandbox, 'lean'))) return failure('lean is not installed here: nothing can be checked')
  const context = await sandbox.read('Context.lean')
  await sandbox.write(
    fileSet([
      [`${leanDirectory}/Answer.lean`, text],
      ...(context ? [[`${leanDirectory}/Context.lean`, context] as const] : []),
    ]),
  )
  const options = { seconds: compileSeconds, cwd: leanDirectory, signal }
  const lean = (...argv: string[]) => runIn(sandbox, ['env', 'LEAN_PATH=.', 'lean', ...argv], options)
  if (context) await lean('-o', 'Context.olean', 'Context.lean')
  const { run, log } = await lean('Answer.lean')
  return { ok: run.exitCode === 0, text: cut(log.trim()) || 'Answer.lean compiles without a message' }
}
