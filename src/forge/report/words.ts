import { safeText } from '../../pages/text.ts'
import { countOf } from '../../pages/words.ts'
import type { Count } from '../engine/funnel.ts'
import type { Stage } from '../source.ts'
import type { ForgeReport, ReportItem } from './schema.ts'

export const totalOf = ({ live, static: still, unknown }: Count): number => live + still + unknown

/** What the forge was asked for, in words. */
export function askedOf({ settings, proved }: ForgeReport): string {
  const { until, audit, model, repairs, backend, task, limit } = settings
  const kept = proved.live + proved.static
  return [
    until === 'written'
      ? `written only: nothing was started, and ${kept > 0 ? 'nothing was added to the suite' : 'the suite is empty'} (.forge/written has the tasks)`
      : `proved on ${backend}`,
    ...(until === 'answered' ? ['no audit was made'] : []),
    ...(audit ? [`audited by ${audit}`] : []),
    ...(model ? [`at most ${countOf(repairs, 'repair')} by ${safeText(model)}`] : []),
    ...(task ? [`only what matches ${safeText(task)}`] : []),
    ...(limit ? [`only the first ${limit}`] : []),
  ].join('; ')
}

/** The stages that were asked for; a funnel ends at the last of them. */
export function funnelOf({ funnel, settings }: ForgeReport): ForgeReport['funnel'] {
  const last = funnel.findIndex(({ stage }) => stage === settings.until)
  // What an earlier forge took further is shown too.
  return funnel.filter(({ reached }, at) => at <= last || totalOf(reached) > 0)
}

/** What the proofs did not see, in sentences: such tasks count as proved all the same. */
export function unseenOf({ unseenRight: { digest, checker } }: ForgeReport): string[] {
  const line = (count: number, how: string) =>
    count === 0
      ? []
      : [
          `${countOf(count, 'task')} ${count === 1 ? 'knows its' : 'know their'} flag by a ${how} alone: that the right one is accepted was not seen.`,
        ]
  return [...line(digest, 'digest'), ...line(checker, 'checker')]
}

/** What it means to have reached a stage. */
export const meaningOf: Readonly<Record<Stage, string>> = {
  found: 'in the raw material',
  understood: 'opened and decided upon',
  written: 'the task’s files are there and read back',
  started: 'the service runs; without one, the files are in place',
  answered: 'it answers, and every check of the proof holds',
  audited: 'the audit found nothing against its judge',
}

/** Of the items that have this outcome, what to call them. */
export const outcomeWords: Readonly<Record<ReportItem['outcome'], string>> = {
  proved: 'in the suite',
  written: 'written',
  fallen: 'fell',
  void: 'void',
  open: 'not done',
}
