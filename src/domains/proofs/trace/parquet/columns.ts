import type { Columns, Row } from './table.ts'

const split = { chronological: 'text?', random: 'text?', unseen_directory: 'text?' } as const
const place = { start: 'int', end: 'int', line: 'int' } as const

/** The tables of a trace and their columns; docs/traces.md says what stands in them. */
export const tables = {
  files: {
    file: 'text',
    module: 'text',
    outcome: 'text',
    reason: 'text?',
    message: 'text?',
    requires: 'texts',
    accessible: 'texts',
    sentences: 'int',
    theorems: 'int',
    steps: 'int',
    source: 'text?',
  },
  premises: {
    id: 'text',
    name: 'text',
    kind: 'text',
    file: 'text',
    module: 'text',
    ...place,
    until: 'int?',
    text: 'text?',
  },
  theorems: {
    id: 'text',
    name: 'text?',
    file: 'text',
    module: 'text',
    ...place,
    proof_end: 'int',
    head: 'text',
    statement: 'text',
    state: 'text',
    proved: 'bool',
    ending: 'text',
    tactics: 'texts',
    premises: 'texts',
    statement_premises: 'texts',
    ending_premises: 'texts',
    dependencies: 'texts',
    digest: 'text',
    ...split,
  },
  steps: {
    theorem: 'text',
    step: 'int',
    tactic: 'text',
    kind: 'text',
    ...place,
    before_id: 'text',
    after_id: 'text',
    before: 'text',
    after: 'text',
    goals_before: 'int',
    goals_after: 'int',
    waiting_after: 'int',
    premises: 'texts',
    ...split,
  },
} as const satisfies Record<string, Columns>

export type TableName = keyof typeof tables
export type TableRow<Name extends TableName> = Row<(typeof tables)[Name]>
