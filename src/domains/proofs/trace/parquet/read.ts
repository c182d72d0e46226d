import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { messageOf, UsageError } from '../../../../core/errors.ts'
import type { TableName, TableRow } from './columns.ts'

/**
 * The rows of one table of a trace that was written as Parquet, one row group in memory at a time. Throws `UsageError`
 * (`bad-parquet`).
 */
export async function* readParquet<Name extends TableName>(
  directory: string,
  table: Name,
): AsyncGenerator<TableRow<Name>> {
  const path = join(directory, `${table}.parquet`)
  const bad = (thrown: unknown) =>
    new UsageError(
      'bad-parquet',
      `${path} is no such table: ${messageOf(thrown).slice(0, 500)}. Make it with touchstone trace export`,
      { cause: thrown },
    )
  const handle = await open(path).catch((thrown) => Promise.reject(bad(thrown)))
  try {
    const { size } = await handle.stat()
    const file = {
      byteLength: size,
      slice: async (start: number, end = size) => {
        const bytes = new Uint8Array(end - start)
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer.slice(0, bytesRead)
      },
    }
    const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }
    const metadata = await parquetMetadataAsync(file).catch((thrown) => Promise.reject(bad(thrown)))
    let rowStart = 0
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows)
      const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors }).catch(
        (thrown) => Promise.reject(bad(thrown)),
      )
      yield* rows as TableRow<Name>[]
      rowStart = rowEnd
    }
  } finally {
    await handle.close()
  }
}
