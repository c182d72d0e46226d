import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { hasFailed, officialFlags } from '../icarus.ts'
import { answerPath } from '../key.ts'
import { compileSeconds, cut, failure, runIn, textAt } from './workbench.ts'

const nothing = z.object({})

export function lintDeed(sandbox: Sandbox, module: string) {
  return deed({
    description: `Compiles ${answerPath} alone with all warnings and shows what the compiler says.`,
    input: nothing,
    async run(_, signal) {
      const text = await textAt(sandbox, answerPath)
      if (text === undefined) return failure(`there is no ${answerPath} yet; write it first`)
      const { run, log } = await compileAlone(sandbox, { text, module }, signal)
      if (run.timedOut)
        return failure(
          `compiling takes more than ${compileSeconds} s: look for endless generate loops or recursion`,
        )
      if (hasFailed(run, log)) return failure(cut(log.trim() || 'the compiler failed without a message'))
      return { ok: true, text: cut(log.trim() || `${answerPath} compiles without warnings`) }
    },
  })
}

/** Compiles a text under the answer's name in a directory of its own, so that a candidate does not replace the answer. */
export async function compileAlone(
  sandbox: Sandbox,
  { text, module }: { readonly text: string; readonly module: string },
  signal: AbortSignal | undefined,
) {
  await sandbox.write(fileSet({ [`.lint/${answerPath}`]: text }))
  const argv = ['iverilog', ...officialFlags, '-s', module, '-t', 'null', answerPath]
  return await runIn(sandbox, argv, { timeoutSeconds: compileSeconds, cwd: '.lint', signal })
}
