import type { Sandbox } from '../../../core/sandbox.ts'
import { hasFailed, requireTool } from '../icarus.ts'
import { declaredUnits } from '../modules.ts'
import { needsPreprocessor } from '../rules.ts'
import { replaceTokens, type Token, tokenize } from '../tokens.ts'
import { type Failure, logText, runStep } from './step.ts'

/** The design as the synthesiser reads it; its lines are the lines of `TopModule.sv`. */
export const sourcePath = 'TopModule.sv'

/**
 * What the simulator and the synthesiser could read differently is taken away, so that the figures are of the
 * circuit that was simulated: macros are expanded by Icarus (yosys defines `YOSYS` and `SYNTHESIS`), comments and
 * attributes are blanked (`translate_off`, `full_case`, `blackbox` change what is synthesised and not what is
 * simulated). Lines stay where they are.
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
  return rewriteForYosys(withoutAttributes(lexed.text, lexed.tokens))
}

/**
 * What Icarus takes and yosys refuses is written in another way: a latch in `always_comb` is an error there, and
 * here it is a latch.
 */
function rewriteForYosys(text: string): string {
  const plain: Readonly<Record<string, string>> = {
    always_comb: 'always @*',
    always_latch: 'always @*',
    always_ff: 'always',
  }
  return replaceTokens(text, tokenize(text).tokens, ({ kind, text: word }) =>
    kind === 'name' && Object.hasOwn(plain, word) ? plain[word] : undefined,
  )
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

/** Blanks `(* … *)`. In `@(*)` and `@( * )` nothing stands between star and bracket, so they are not taken for one. */
export function withoutAttributes(text: string, tokens: readonly Token[]): string {
  const inside = new Set<Token>()
  for (let index = 0; index + 2 < tokens.length; index++) {
    const [open, star, next] = [tokens[index]!, tokens[index + 1]!, tokens[index + 2]!]
    if (open.text !== '(' || star.text !== '*' || star.start !== open.end || next.text === ')') continue
    const end = tokens.findIndex(
      (token, at) =>
        at > index + 1 &&
        token.text === '*' &&
        tokens[at + 1]?.text === ')' &&
        tokens[at + 1]!.start === token.end,
    )
    if (end === -1) break
    for (let at = index; at <= end + 1; at++) inside.add(tokens[at]!)
    index = end + 1
  }
  return replaceTokens(text, tokens, (token) => (inside.has(token) ? ' ' : undefined))
}
