import pc from 'picocolors'
import { plainTable, type TableOptions } from '../../pages/plain-table.ts'
import type { Account } from '../journal/account.ts'
import { costOf, countOf, durationOf } from '../report/words.ts'
import type { AccountRow, CostAccount } from './account.ts'

/** Of more candidates only those are listed that were better than all before. */
const mostRows = 300

export const accountHead = [
  'candidate',
  'from',
  'score',
  'by',
  'tokens',
  'cost',
  'machine',
  'tokens so far',
  'cost so far',
  'machine so far',
  'best so far',
]

/** A candidate's cells; `*` marks one that was better than all before it. */
export function accountCells({ event, after, better }: AccountRow): string[] {
  const { id, parent, score, by, cost } = event
  return [
    `${id}${better ? ' *' : ''}`,
    parent === null ? '–' : `${parent}`,
    score === null ? '–' : figure(score),
    by,
    (cost.inputTokens + cost.outputTokens).toLocaleString('en'),
    costOf({ costUsd: cost.costUsd ?? 0, costKnown: cost.costUsd !== null }),
    durationOf(cost.machineSeconds),
    tokensOf(after).toLocaleString('en'),
    costOf(after.spent),
    durationOf(after.machineSeconds),
    bestOf(after),
  ]
}

/** What a trial cost and had for it, in one sentence. */
export function accountWords({ whole }: CostAccount): string {
  const best = whole.curve.at(-1)
  const found = best
    ? `; the best has ${figure(best.score)} (${best.by}), found as number ${best.candidate} after ${costOf(best)}, ${(best.inputTokens + best.outputTokens).toLocaleString('en')} tokens, ${durationOf(best.machineSeconds)} of machine time`
    : ''
  return `${countOf(whole.candidates, 'candidate')} for ${tokensOf(whole).toLocaleString('en')} tokens, ${costOf(whole.spent)} and ${durationOf(whole.machineSeconds)} of machine time${found}.`
}

/** The cost account as a table for a terminal; nothing where there are no candidates. */
export function accountTable(account: CostAccount, { color }: TableOptions): string {
  if (account.rows.length === 0) return ''
  const paint = pc.createColors(color)
  const table = plainTable(accountHead, paint)
  const rows = account.rows.length > mostRows ? account.rows.filter(({ better }) => better) : account.rows
  for (const row of rows.slice(-mostRows)) table.push(accountCells(row))
  const which = rows === account.rows ? '' : ', those alone'
  return `${paint.bold('Cost account')} of all attempts, * better than all before${which}\n${table.toString()}\n${accountWords(account)}\n`
}

export function figure(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function bestOf({ curve }: Account): string {
  const best = curve.at(-1)
  return best ? figure(best.score) : '–'
}

function tokensOf({ spent }: Account): number {
  return spent.inputTokens + spent.outputTokens
}
