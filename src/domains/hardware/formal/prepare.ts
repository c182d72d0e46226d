import type { Sandbox } from '../../../core/sandbox.ts'
import { type Module, readNetlist } from './netlist.ts'
import { readingOf } from './reading.ts'
import { step, textAt } from './steps.ts'

/** Both designs as yosys has elaborated them, or the reason why it has not. */
export type Prepared =
  | {
      readonly gold: Module
      readonly gate: Module
      readonly yosys: string
      /** What the design may do in a simulator and its netlist does not. */
      readonly doubt?: string
    }
  | { readonly refused: 'gold' | 'gate'; readonly why: string }

/** Processor time for elaborating one design, in seconds. */
const elaborationSeconds = 10

/**
 * Elaborates `gold.sv` and `gate.sv` apart, so that no name of one means anything in the other. Nothing is optimised
 * that could give an X a value.
 */
export async function prepare(
  sandbox: Sandbox,
  tops: { readonly gold: string; readonly gate: string },
  signal: AbortSignal,
): Promise<Prepared> {
  const scripts = (['gold', 'gate'] as const).map((side) => {
    const commands = [
      `read_verilog -sv -noassert -noassume -norestrict ${side}.sv`,
      `hierarchy -check -top ${tops[side]}`,
      // Without optimisation, which would join the names of a wire with several drivers before they are counted.
      'proc -noopt',
      'chformal -remove',
      'flatten',
      `write_ilang ${side}.read.il`,
      'opt_expr -keepdc',
      'memory_collect',
      `write_ilang ${side}.memory.il`,
      'memory_map',
      'opt_clean',
      `rename ${tops[side]} ${side}`,
      `write_json ${side}.json`,
      `write_ilang ${side}.il`,
    ]
    return `yosys -Q -T -q -p '${commands.join('; ')}' >${side}.log 2>&1 </dev/null || { code=$?; [ $code = 127 ] && cat ${side}.log; echo ${side} >refused; exit $code; }`
  })
  const { exhausted } = await step(
    sandbox,
    ['yosys -V >version || exit', ...scripts].join('\n'),
    elaborationSeconds,
    signal,
  )
  const refused = (await textAt(sandbox, 'refused'))?.trim()
  if (refused === 'gold' || refused === 'gate') {
    const log = (await textAt(sandbox, `${refused}.log`)) ?? ''
    return { refused, why: exhausted ? 'elaborating it takes too much time or memory' : complaint(log) }
  }
  const reading = async (path: string) => readingOf((await textAt(sandbox, path)) ?? '')
  let doubt: string | undefined
  for (const side of ['gold', 'gate'] as const) {
    const [joined, collected] = [await reading(`${side}.read.il`), await reading(`${side}.memory.il`)]
    const { severalDrivers, openMemory = collected.openMemory } = joined
    if (severalDrivers !== undefined) return { refused: side, why: `${severalDrivers} has several drivers` }
    if (side === 'gate' && openMemory !== undefined) doubt = `addresses beyond the end of ${openMemory}`
  }
  const read = async (side: 'gold' | 'gate') =>
    readNetlist((await textAt(sandbox, `${side}.json`)) ?? '{}')[side]
  const [gold, gate] = [await read('gold'), await read('gate')]
  if (gold === undefined) return { refused: 'gold', why: 'yosys left no netlist' }
  if (gate === undefined) return { refused: 'gate', why: 'yosys left no netlist' }
  const version = /^Yosys (\S+)/.exec((await textAt(sandbox, 'version')) ?? '')?.[1] ?? 'unknown'
  return { gold, gate, yosys: version, ...(doubt !== undefined && { doubt }) }
}

/** The last complaint in a log, without the paths of yosys's own. */
export function complaint(log: string): string {
  const line = log.split('\n').findLast((each) => /ERROR/.test(each)) ?? log.trim().split('\n').at(-1)
  return (line ?? '').replace(/^.*ERROR: /, '').slice(0, 300) || 'yosys gave no reason'
}
