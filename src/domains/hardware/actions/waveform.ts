import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { windowText } from '../waveform/index.ts'
import { type LastSimulation, waveformBytes } from './simulate.ts'
import { cut, failure, textAt } from './workbench.ts'

const input = z.object({
  signals: z
    .array(z.string())
    .max(40)
    .optional()
    .describe(
      'names such as "clk", "top.state" or "top.*"; the signals of the testbench itself where absent',
    ),
  from: z.number().nonnegative().optional().describe("first time, in the waveform's own units"),
  to: z.number().nonnegative().optional().describe('last time'),
  clock: z
    .string()
    .optional()
    .describe('a clock: then one row for each rising edge, with the values that the edge sees'),
  rows: z.number().int().positive().max(200).optional().describe('rows at most; 60 where absent'),
})

export function waveformDeed(sandbox: Sandbox, last: LastSimulation) {
  return deed({
    description:
      'Shows named signals of the last simulation in a window of time as a table: one row for each change, or for each rising edge of a clock.',
    input,
    async run({ signals, from, to, clock, rows = 60 }) {
      const dump = last.waveform === undefined ? undefined : await textAt(sandbox, last.waveform)
      if (dump === undefined || dump === '')
        return failure('there is no waveform yet; call "simulate" first, with a testbench that runs')
      // A simulation that was stopped may have left half a line.
      const whole = dump.slice(0, dump.lastIndexOf('\n') + 1)
      const window = { signals, from, to, clock, rows }
      const given = Object.fromEntries(Object.entries(window).filter(([, value]) => value !== undefined))
      const full = dump.length < waveformBytes ? '' : `\n(only the first ${waveformBytes} bytes are recorded)`
      return { ok: true, text: cut(windowText(whole, given)) + full }
    },
  })
}
