import type { Lab, Mutant, MutantReport } from '../../../core/domain.ts'
import { textOf } from '../../../core/files.ts'
import type { Task } from '../../../core/task.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { cleanDesign, isStop } from '../design.ts'
import { equivalenceOf } from '../formal/index.ts'
import { judge } from '../judge.ts'
import { answerPath, factsOf, type HardwareKey } from '../key.ts'

/**
 * Processor time of a proof's search, in seconds: an audit makes thousands of them. Of what was killed only a proof of
 * equivalence would be news, and those are short.
 */
const proofSeconds = { survived: 15, killed: 5 }

/** Reasons for which a design is no answer at all. */
const invalid = new Set(
  'no-answer too-large syntax explicit-cast zero-width wire-as-reg missing-module missing-clk binding compile-error ports'.split(
    ' ',
  ),
)

/**
 * Simulates a mutant as the official protocol does, and asks for a proof, also where the simulation has killed it.
 * Throws what the judge and the proof throw.
 */
export async function examine(task: Task<HardwareKey>, mutant: Mutant, lab: Lab): Promise<MutantReport> {
  const verdict = await judge({ ...task, protocol: 'official' }, mutant.submission, lab)
  if (isInvalid(verdict)) return noAnswer(wordsOn(verdict))
  const text = mutant.submission.kind === 'files' ? textOf(mutant.submission.files, answerPath) : undefined
  const opened = new AsyncDisposableStack()
  await using _closing = opened
  const design = await cleanDesign(text ?? '', factsOf(task.key), async () =>
    opened.use(await lab.open({ name: 'hardware-macros' })),
  )
  if (isStop(design)) return noAnswer(design.reason)
  const ordinary = verdict.outcome === 'solved' ? 'survived' : 'killed'
  const seconds = proofSeconds[ordinary]
  const { result, reason, evidence } = await equivalenceOf(design, task, lab, { seconds })
  return {
    ordinary,
    proof: result === 'proven' ? 'benign' : result,
    reason: ordinary === 'survived' ? reason : `${wordsOn(verdict)}; ${reason}`,
    evidence,
  }
}

/** A mutant keeps the rules, so what is rejected while it runs was killed by the testbench's own watch. */
function isInvalid({ outcome, reason }: Verdict): boolean {
  return outcome === 'rejected' ? reason !== 'changes-stimulus' : invalid.has(reason)
}

function noAnswer(reason: string): MutantReport {
  return { ordinary: 'invalid', proof: 'unknown', reason, evidence: [] }
}

function wordsOn({ reason, findings }: Verdict): string {
  const [first] = findings.filter(({ severity }) => severity === 'error')
  return first ? `${reason}: ${first.message}` : reason
}
