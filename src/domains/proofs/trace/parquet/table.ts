import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { constants, zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { InfrastructureError, messageOf } from '../../../../core/errors.ts'

/** A column's type: UTF-8 text, a 32-bit integer, a truth value, a list of texts; with `?`, nothing may stand there. */
export type ColumnType = 'text' | 'text?' | 'int' | 'int?' | 'bool' | 'texts'
export type Columns = Readonly<Record<string, ColumnType>>

interface Values {
  text: string
  'text?': string | null
  int: number
  'int?': number | null
  bool: boolean
  texts: readonly string[]
}
export type Row<C extends Columns> = { readonly [Name in keyof C]: Values[C[Name]] }

/** A row group ends at so many rows, or where its texts have so many characters. */
const groupRows = 10_000
const groupCharacters = 4 * 1024 ** 2

/**
 * Writes rows to a Parquet file, one row group in memory at a time (ZSTD). The file has its name when it is whole.
 * Returns how many rows it has. Throws `InfrastructureError` (`cannot-write`), and what `rows` throws.
 */
export async function writeTable<C extends Columns>(
  path: string,
  columns: C,
  rows: AsyncIterable<Row<C>>,
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await asWriting(path, async () => {
      await mkdir(dirname(path), { recursive: true })
      return new ParquetWriter({
        writer: fileWriter(temporary),
        schema: schemaOf(columns),
        codec: 'ZSTD',
        compressors: { ZSTD: compress },
        createdBy: 'touchstone',
        kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      })
    })
    let [count, characters] = [0, 0]
    let group: Row<C>[] = []
    const writeGroup = async () => {
      const columnData = Object.keys(columns).map((name) => ({ name, data: group.map((row) => row[name]) }))
      if (group.length > 0)
        await asWriting(path, () => file.write({ columnData, rowGroupSize: group.length }))
      count += group.length
      ;[group, characters] = [[], 0]
    }
    for await (const row of rows) {
      group.push(row)
      characters += charactersOf(row)
      if (group.length >= groupRows || characters >= groupCharacters) await writeGroup()
    }
    await writeGroup()
    await asWriting(path, async () => {
      await file.finish()
      await rename(temporary, path)
    })
    return count
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
}

const compress = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 6 } })

function charactersOf(row: Readonly<Record<string, unknown>>): number {
  let characters = 0
  for (const value of Object.values(row))
    if (typeof value === 'string') characters += value.length
    else if (Array.isArray(value)) for (const text of value as string[]) characters += text.length
  return characters
}

function schemaOf(columns: Columns): SchemaElement[] {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
  const one: Record<ColumnType, (name: string) => SchemaElement[]> = {
    text: (name) => [{ name, ...text, repetition_type: 'REQUIRED' }],
    'text?': (name) => [{ name, ...text, repetition_type: 'OPTIONAL' }],
    int: (name) => [{ name, type: 'INT32', repetition_type: 'REQUIRED' }],
    'int?': (name) => [{ name, type: 'INT32', repetition_type: 'OPTIONAL' }],
    bool: (name) => [{ name, type: 'BOOLEAN', repetition_type: 'REQUIRED' }],
    texts: (name) => [
      { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', ...text, repetition_type: 'REQUIRED' },
    ],
  }
  const all = Object.entries(columns)
  return [{ name: 'root', num_children: all.length }, ...all.flatMap(([name, type]) => one[type](name))]
}

async function asWriting<T>(path: string, write: () => T | Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    const message = `cannot write ${path}: ${messageOf(thrown)}. Make room or the directory writable, and try again`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  }
}
