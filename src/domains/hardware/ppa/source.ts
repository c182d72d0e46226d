import type { Sandbox } from '../../../core/sandbox.ts'
import { forYosys } from '../formal/frontend.ts'
import { hasFailed, requireTool } from '../icarus.ts'
import { declaredUnits } from '../modules.ts'
import { needsPreprocessor } from '../rules.ts'
import { tokenize } from '../tokens.ts'
import { type Failure, logText, runStep } from './step.ts'

/** The design as the synthesiser reads it; its lines are the lines of `TopModule.sv`. */
export const sourcePath = 'TopModule.sv'

/**
 * What the simulator and the synthesiser could read differently is taken away, so that the figures are of the
 * circuit that was simulated: macros are expanded by Icarus (yosys defines `YOSYS` and `SYNTHESIS`), comments,
 * attributes and promises are blanked (`translate_off`, `full_case`, `blackbox`, `unique` change what is synthesised
 * and not what is simulated). Lines stay where they are.
 */
export async function prepareSource(text: string, sandbox: Sandbox): Promise<string | Failure> {
  let lexed = tokenize(text)
  if (lexed.problem === undefined && needsPreprocessor(lexed.tokens)) {
    const expanded = await expand(lexed.text, sandbox)
    if (typeof expanded !== 'string') return expanded
    lexed = tokenize(expanded)
  }
  if (lexed.problem !== undefined)
    return { reason: 'front-end', log: `${sourcePath}:${lexed.problem.line}: ${lexed.problem.message}` }
  const reserved = declaredUnits(lexed.tokens).find(({ text: name }) => name.startsWith('$'))
  if (reserved !== undefined)
    return {
      reason: 'front-end',
      log: `${sourcePath}:${reserved.line}: the module name ${reserved.text} is the synthesiser's own`,
    }
  return forYosys(lexed)
}

async function expand(text: string, sandbox: Sandbox): Promise<string | Failure> {
  const path = 'expanded.sv'
  const argv = ['iverilog', '-g2012', '-E', '-o', path, sourcePath]
  const step = await runStep(sandbox, argv, { files: { [sourcePath]: text }, seconds: 10 })
  if ('reason' in step) return step
  await requireTool(sandbox, step)
  const log = logText(step)
  const bytes = await sandbox.read(path)
  if (hasFailed(step, log) || bytes === undefined) return { reason: 'front-end', log }
  return new TextDecoder().decode(bytes)
}
