import { safeText } from '../../pages/text.ts'
import { countOf, durationOf, percentOf } from '../../pages/words.ts'
import type { Group, Report } from './schema.ts'
import { thresholds } from './speedups.ts'

export { countOf, durationOf, percentOf } from '../../pages/words.ts'

/** How figures and conditions are written, alike in the table and in the page. */

/** An agent's name is anybody's text: nothing in it reaches a terminal or a page but what can be seen. */
export function agentOf({ agent, model }: Pick<Group, 'agent' | 'model'>): string {
  return safeText(model === null ? agent : `${agent} @ ${model}`)
}

/** `≥ $1.20` where some replies had no price, `unknown` where none had one. */
export function costOf({ costUsd, costKnown }: Pick<Group, 'costUsd' | 'costKnown'>): string {
  if (costUsd === 0 && !costKnown) return 'unknown'
  const dollars = costUsd === 0 ? '$0' : `$${costUsd < 0.01 ? costUsd.toPrecision(2) : costUsd.toFixed(2)}`
  return costKnown ? dollars : `≥ ${dollars}`
}

/** fast_p and the geometric mean of each group, a row a figure. */
export function speedRows(groups: readonly Group[]): { label: string; cells: string[] }[] {
  const share = ({ mean, low, high }: Interval) =>
    `${percentOf(mean)} [${percentOf(low)}, ${percentOf(high)}]`
  const times = ({ mean, low, high }: Interval) =>
    `${mean.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}]`
  const rows = thresholds.map((p) => ({
    label: p === 0 ? 'fast_0 (correct)' : `fast_${p}`,
    cells: groups.map(({ speedups }) => {
      const at = speedups?.fast.find((one) => one.p === p)
      return at ? share(at.estimate) : '–'
    }),
  }))
  const means = groups.map(({ speedups }) =>
    speedups?.geometricMean
      ? `${speedups.tasksCorrect > 1 ? times(speedups.geometricMean) : `${speedups.geometricMean.mean.toFixed(2)}×, no interval`} of ${countOf(speedups.tasksCorrect, 'task')}`
      : '–',
  )
  return [...rows, { label: 'geometric mean of speedups', cells: means }]
}

type Interval = Pick<NonNullable<Group['passAtK'][number]['estimate']>, 'mean' | 'low' | 'high'>

/** Candidates, a trial, tokens, cost and machine time of each, machine time of all. */
export function effortCells(group: Group): string[] {
  const { effort, inputTokens, outputTokens, costUsd, costKnown } = group
  if (!effort || effort.candidates === 0) return ['–', '–', '–', '–', '–', '–']
  const { candidates, trials, machineSeconds } = effort
  return [
    candidates.toLocaleString('en'),
    String(Number((candidates / trials).toPrecision(3))),
    Math.round((inputTokens + outputTokens) / candidates).toLocaleString('en'),
    costOf({ costUsd: costUsd / candidates, costKnown }),
    durationOf(machineSeconds / candidates),
    durationOf(machineSeconds),
  ]
}

/** What changes the meaning of a group's scores, in words. */
export function policyOf({ suite, protocol, errata, feedback, suiteVersions }: Group): string[] {
  const consulted = feedback.filter(({ consultations }) => consultations > 0)
  return [
    ...(protocol ? [`${suite}: protocol: ${protocol}`] : []),
    ...(errata.length > 0 ? [`${suite}: errata applied: ${errata.join(', ')}`] : []),
    ...consulted.map(
      ({ consultations, detail }) =>
        `${suite}: an agent may consult the judge ${consultations} times during a trial and hears ${detail === 'findings' ? 'its findings' : 'the outcome only'}`,
    ),
    ...(consulted.length > 0 && consulted.length < feedback.length
      ? [`${suite}: some trials ran without consultation, so that their scores do not compare`]
      : []),
    ...(suiteVersions.length > 1
      ? [
          `${suite}: trials of ${suiteVersions.length} versions of the suite are mixed: ${suiteVersions.join(', ')}`,
        ]
      : []),
  ]
}

/** What void trials are in, and what can be done about them; a sentence for each kind. */
export function voidWordsOf({ void: voided, groups }: Pick<Report, 'void' | 'groups'>): string[] {
  const forGood = new Map<string, number>()
  for (const [code, count] of groups.flatMap(({ voidForGoodBy }) => Object.entries(voidForGoodBy)))
    forGood.set(code, (forGood.get(code) ?? 0) + count)
  const lasting = [...forGood.values()].reduce((sum, count) => sum + count, 0)
  const passing = voided - lasting
  const codes = [...forGood].map(([code, count]) => `${safeText(code)} ${count}`).join(', ')
  return [
    ...(passing > 0
      ? [`${countOf(passing, 'trial')} void: no verdict, and in no score. Resuming tries them again.`]
      : []),
    ...(lasting > 0
      ? [
          `${countOf(lasting, 'trial')} void (${codes}): no verdict, and in no score. Another attempt alone cannot mend that: mend the task or the set-up and start a new run (or resume, where neither the suite nor an option has changed).`,
        ]
      : []),
  ]
}
