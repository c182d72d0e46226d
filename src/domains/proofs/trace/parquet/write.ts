import { join } from 'node:path'
import { UsageError } from '../../../../core/errors.ts'
import { Accessibility } from '../accessible.ts'
import { readCorpus } from '../corpus.ts'
import { readHeaders, readManifest, readSource, readSplit, readTrace } from '../read.ts'
import { type Split, schemaVersion, type TracedTheorem } from '../schema.ts'
import { stateText } from '../words.ts'
import { type TableName, type TableRow, tables } from './columns.ts'
import { type Row, writeTable } from './table.ts'

export interface ParquetReport {
  readonly rows: Readonly<Record<TableName, number>>
  /** Splits that the trace does not have; their columns are empty. */
  readonly missingSplits: readonly Split['split'][]
}

/**
 * Writes a trace as Parquet: `files`, `premises`, `theorems` and `steps`, each one file in a directory. Throws as
 * `readTrace`, and `InfrastructureError` (`cannot-write`).
 */
export async function writeParquet(directory: string, out: string): Promise<ParquetReport> {
  const { prover, source, rocq, lean } = await readManifest(directory)
  const metadata = {
    'touchstone.schema': String(schemaVersion),
    'touchstone.source': source,
    'touchstone.prover': `${prover} ${rocq ?? lean ?? ''}`.trim(),
  }
  const { partOf, missingSplits } = await partsOf(directory)
  const write = <Name extends TableName>(name: Name, rows: AsyncIterable<TableRow<Name>>) =>
    writeTable(
      join(out, `${name}.parquet`),
      tables[name],
      rows as AsyncIterable<Row<(typeof tables)[Name]>>,
      metadata,
    )
  return {
    rows: {
      files: await write('files', fileRows(directory)),
      premises: await write('premises', premiseRows(directory)),
      theorems: await write('theorems', theoremRows(directory, partOf)),
      steps: await write('steps', stepRows(directory, partOf)),
    },
    missingSplits,
  }
}

type Parts = Pick<TableRow<'theorems'>, 'chronological' | 'random' | 'unseen_directory'>

async function partsOf(directory: string) {
  const missingSplits: Split['split'][] = []
  const read = async (name: Split['split']): Promise<ReadonlyMap<string, string>> => {
    try {
      const split = await readSplit(directory, name)
      const parts = ['train', 'validation', 'test'] as const
      return new Map(parts.flatMap((part) => split[part].map((id) => [id, part] as const)))
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown
      missingSplits.push(name)
      return new Map()
    }
  }
  const chronological = await read('chronological')
  const random = await read('random')
  const unseen = await read('unseen-directory')
  const partOf = (id: string): Parts => ({
    chronological: chronological.get(id) ?? null,
    random: random.get(id) ?? null,
    unseen_directory: unseen.get(id) ?? null,
  })
  return { partOf, missingSplits }
}

async function* fileRows(directory: string): AsyncGenerator<TableRow<'files'>> {
  const accessibility = await Accessibility.of(directory)
  for await (const { file, module, outcome, failure, requires, ...counts } of readHeaders(directory))
    yield {
      file,
      module,
      outcome,
      reason: failure?.reason ?? null,
      message: failure?.message ?? null,
      requires,
      accessible: accessibility.filesBelow(file),
      sentences: counts.sentences,
      theorems: counts.theorems,
      steps: counts.steps,
      source: (await readSource(directory, file)) ?? null,
    }
}

async function* premiseRows(directory: string): AsyncGenerator<TableRow<'premises'>> {
  for await (const { name, kind, file, module, span, until, text } of readCorpus(directory)) {
    const id = `${file}:${span.start}`
    yield { id, name, kind, file, module, ...span, until: until ?? null, text: text ?? null }
  }
}

async function* theoremRows(
  directory: string,
  partOf: (id: string) => Parts,
): AsyncGenerator<TableRow<'theorems'>> {
  for await (const theorem of readTrace(directory)) {
    const { id, name, states, span, steps } = theorem
    yield {
      id,
      name: name ?? null,
      file: theorem.file,
      module: theorem.module,
      ...span,
      proof_end: theorem.endingSpan.end,
      head: theorem.head,
      statement: theorem.statement,
      state: states[0] ? stateText(states[0]) : '',
      proved: theorem.proved,
      ending: theorem.ending,
      tactics: steps.map(({ tactic }) => tactic),
      premises: namesOf(theorem),
      statement_premises: namesOf(theorem, theorem.statementPremises),
      ending_premises: namesOf(theorem, theorem.endingPremises),
      dependencies: theorem.dependencies,
      digest: theorem.digest,
      ...partOf(id),
    }
  }
}

async function* stepRows(
  directory: string,
  partOf: (id: string) => Parts,
): AsyncGenerator<TableRow<'steps'>> {
  for await (const theorem of readTrace(directory)) {
    const { id, states } = theorem
    const texts = states.map(stateText)
    const parts = partOf(id)
    for (const [step, { tactic, kind, span, before, after, premises }] of theorem.steps.entries())
      yield {
        theorem: id,
        step,
        tactic,
        kind,
        ...span,
        before_id: `${id}#${before}`,
        after_id: `${id}#${after}`,
        before: texts[before] ?? '',
        after: texts[after] ?? '',
        goals_before: states[before]?.goals.length ?? 0,
        goals_after: states[after]?.goals.length ?? 0,
        waiting_after: states[after]?.waiting ?? 0,
        premises: namesOf(theorem, premises),
        ...parts,
      }
  }
}

/** Of some premises, or of all. */
function namesOf({ premises }: TracedTheorem, indices?: readonly number[]): string[] {
  if (indices === undefined) return premises.map(({ name }) => name)
  return indices.flatMap((index) => premises[index]?.name ?? [])
}
