import Table from 'cli-table3'
import pc from 'picocolors'
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

/** A plain table: no frames, columns aligned. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
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
