import Table from 'cli-table3'
import type pc from 'picocolors'

export interface TableOptions {
  readonly color: boolean
}

export type Paint = ReturnType<typeof pc.createColors>

/** What a table without frames is drawn with; `middle` stands between columns. */
export function frameless(middle: string) {
  return {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle,
  }
}

/** A table without frames: the first column to the left, all others to the right. */
export function plainTable(head: string[], paint: Paint): Table.Table {
  return new Table({
    head: head.map((title) => paint.bold(title)),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
    chars: frameless(' '),
  })
}
