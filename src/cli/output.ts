import Table from 'cli-table3'
import pc from 'picocolors'
import { InfrastructureError, messageOf } from '../core/errors.ts'
import { frameless } from '../pages/plain-table.ts'

/** One JSON document on stdout, and nothing else there. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A remark beside the output: stderr, so that stdout can be piped. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Writes a page and says so. Throws `InfrastructureError` (`cannot-write`). */
export async function writePage(path: string, page: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(path, page).catch((thrown) => {
    throw new InfrastructureError('cannot-write', `cannot write the page: ${messageOf(thrown)}`)
  })
  remark(`Written: ${path}`)
}

/** Beyond so many rows the library takes minutes: its time grows with their square. */
const mostLaidOut = 2000

/** A plain table: no frames, columns aligned. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length > mostLaidOut) return longTable(columns, rows)
  const made = new Table({
    head: columns.map((column) => pc.bold(column)),
    chars: frameless('  '),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  made.push(...rows.map((row) => [...row]))
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

/** The same by the number of characters, whatever their width. */
function longTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), column.length),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd()
  return [pc.bold(line(columns)), ...rows.map(line)].join('\n')
}
