import type { Agent } from '../../../core/agent.ts'
import { UsageError } from '../../../core/errors.ts'
import { moduleOf } from './design.ts'
import { read } from './reading.ts'
import { recognise } from './recognisers.ts'

/**
 * An agent without a model, for the first line of every table: it reads the brief with a few dozen rules for how
 * small circuits are described in English, and hands in an empty module where none of them fits. It sees what any
 * agent sees, and never consults the judge.
 */
export const baseline: Agent = {
  name: 'baseline',
  async attempt(environment, means) {
    const { instructions, answer } = environment.brief
    if (answer.kind !== 'files')
      throw new UsageError(
        'baseline-answer',
        'The baseline agent writes Verilog files; this task asks for text. Choose another agent.',
      )
    const design = designFor(instructions)
    means.say(design.remark)
    const path = answer.paths.find((one) => /\.s?v$/.test(one)) ?? answer.paths[0]!
    await environment.act('write', { path, text: design.text }, means.signal)
    if (environment.actions.lint) await environment.act('lint', {}, means.signal)
    return environment.collect()
  },
}

/** A module for a brief, and a remark on what was recognised in it. */
export function designFor(instructions: string): { readonly text: string; readonly remark: string } {
  const reading = read(instructions)
  if (reading.ports.length === 0) {
    return {
      text: moduleOf(reading, ''),
      remark: 'No list of ports in the brief: an empty module without ports.',
    }
  }
  const found = recognise(reading)
  if (!found)
    return {
      text: moduleOf(reading, ''),
      remark: 'Nothing recognised: an empty module with the ports of the brief.',
    }
  return { text: moduleOf(reading, found.body), remark: `Recognised by "${found.recogniser}": ${found.why}.` }
}
