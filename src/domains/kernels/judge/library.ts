import { z } from 'zod'
import { answerPaths } from '../key.ts'
import { nothing } from '../process.ts'
import type { Examiner } from './examiner.ts'
import { Fault } from './fault.ts'
import type { Runner } from './runner.ts'
import { numberOf } from './seeds.ts'

const names = z.array(z.string().max(2000)).max(2000)
const tracedSchema = z.object({ operators: names, symbols: names, opened: names, numpy: names })

/** What the look at an answer's libraries cannot see, for `unchecked`. */
export const unseenLibraries =
  "whether a library does the work where PyTorch's dispatcher is not asked for it: code of one that was copied in, a function that is found by its address, work on another thread"

/**
 * Runs an answer once more, in a process of its own that has imported nothing yet, and looks at the operators that it
 * calls and the libraries that it opens. Throws `Fault` (`library`) where any of them computes.
 */
export async function forbidLibraries(examiner: Examiner, traced: Runner, seed: string): Promise<void> {
  await traced.tell('watch', {}, nothing, 60)
  await traced.load(answerPaths[0])
  const { facts } = examiner
  await traced.build('ModelNew', facts, await examiner.weights())
  await traced.allot(facts, 1)
  await examiner.allot(1)
  await traced.put(0, await examiner.draw('given', numberOf(seed, 'traced').toString(16), 1))
  const { operators, symbols, opened, numpy } = await look(traced)
  const said = [
    operators.length > 0 && `PyTorch's operators ${operators.join(', ')}`,
    numpy.length > 0 && `numpy's or scipy's ${numpy.join(', ')}`,
    symbols.length > 0 && `what its shared objects want: ${symbols.join('; ')}`,
    opened.length > 0 && `the libraries ${opened.join(', ')}`,
  ].filter((each) => typeof each === 'string')
  if (said.length === 0) return
  throw new Fault(
    'library',
    `this task wants the work done by the answer's own code; it uses ${said.join(' and ')}`.slice(0, 4000),
  )
}

async function look(traced: Runner): Promise<z.infer<typeof tracedSchema>> {
  try {
    return await traced.tell('trace', {}, tracedSchema, 300)
  } catch (thrown) {
    // A busy machine breaks no rule.
    if (!(thrown instanceof Fault) || thrown.reason === 'time') throw thrown
    throw new Fault(
      'library',
      `it does not run while its operators are listed: ${thrown.message}`,
      thrown.log,
    )
  }
}
