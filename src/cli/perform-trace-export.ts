import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeParquet } from '../domains/proofs/trace/parquet/write.ts'
import type { ExportFlags } from './commands/trace.ts'
import { print, printJson, remark, table } from './output.ts'

/** Writes a trace as Parquet and prints how large its tables are. */
export async function performExport(directory: string, { parquet, json }: ExportFlags): Promise<void> {
  const { rows, missingSplits } = await writeParquet(directory, parquet)
  if (missingSplits.length > 0)
    remark(`There are no splits (${missingSplits.join(', ')}): a trace that was stopped has none yet.`)
  const tables = await Promise.all(
    Object.entries(rows).map(async ([name, count]) => {
      const file = join(parquet, `${name}.parquet`)
      return { table: name, file, rows: count, bytes: (await stat(file)).size }
    }),
  )
  if (json) printJson({ directory, parquet, tables, missingSplits })
  else
    print(
      table(
        ['table', 'rows', 'MiB'],
        tables.map((one) => [one.file, String(one.rows), (one.bytes / 1024 ** 2).toFixed(2)]),
      ),
    )
}
