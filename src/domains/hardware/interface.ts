import type { Brief } from '../../core/task.ts'
import { topModule } from './key.ts'
import { type Direction, portsOf } from './modules.ts'
import { tokenize } from './tokens.ts'

/** The module that a brief asks for: `settings.module`, or `TopModule` where the brief does not say. */
export function moduleInBrief({ settings }: Pick<Brief, 'settings'>): string {
  return typeof settings?.module === 'string' ? settings.module : topModule
}

/**
 * The ports that a brief asks for, where its text lists them in VerilogEval's way (` - input  clk (8 bits)`) or shows
 * a `module TopModule (…)` header. Empty where it does neither: nothing may then be concluded.
 */
export function portsInBrief(instructions: string, module: string): ReadonlyMap<string, Direction> {
  const listed = [
    ...instructions.matchAll(
      /^\s*[-*]\s*`?(input|output|inout)\b\s+(?:(?:logic|wire|reg)\s+)?(?:\[[^\]]*\]\s*)?(\w+)/gm,
    ),
  ]
  if (listed.length > 0) return new Map(listed.map(([, direction, name]) => [name!, direction as Direction]))
  const header = new RegExp(`\\bmodule\\s+${module}\\b[^;]*;`).exec(instructions)
  return (header && portsOf(tokenize(`${header[0]}\nendmodule`).tokens, module)) ?? new Map()
}
