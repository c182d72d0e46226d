import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { LoadOptions } from '../../../../core/domain.ts'
import { UsageError } from '../../../../core/errors.ts'
import { type FileSet, fileSet } from '../../../../core/files.ts'
import type { Suite, UnavailableTask } from '../../../../core/task.ts'
import { type Found, leftOut, suiteOf } from '../suite.ts'
import { readText, treeOf } from '../tree.ts'
import { type LeanHole, scanLean } from './scan.ts'
import { leanTask } from './task.ts'

/** A benchmark of theorems in Lean 4. */
export interface LeanBenchmark {
  readonly name: string
  readonly title: string
  readonly licence: string
  /** Where ports to Lean 4 are, for whoever has the original. */
  readonly ports: string
}

/** Variants, by the words that files and directories have for them. */
const splits: Readonly<Record<string, RegExp>> = {
  valid: /(?:^|[^a-z])(?:valid|validation|dev)(?:$|[^a-z])/i,
  test: /(?:^|[^a-z])test(?:$|[^a-z])/i,
}

/** A hole, where it comes from. */
interface Sourced {
  readonly id: string
  readonly hole: LeanHole
  readonly split: string | undefined
  readonly files: FileSet
}

/**
 * Theorems that a directory has in `.jsonl` files (`name`, `split`, `header`, `formal_statement`, words in `informal_…`), or
 * else in `.lean` files, where `sorry` is the proof. Throws `UsageError` (`lean-3`, `not-lean`, `no-tasks`, `unknown-variant`).
 */
export async function leanSuite(
  benchmark: LeanBenchmark,
  directory: string,
  { variant }: LoadOptions,
): Promise<Suite> {
  if (variant !== undefined && !Object.hasOwn(splits, variant))
    throw new UsageError(
      'unknown-variant',
      `${benchmark.title} has no variant "${variant}"; use ${Object.keys(splits).join(' or ')}`,
    )
  if (await lstat(join(directory, 'leanpkg.toml')).catch(() => undefined))
    throw new UsageError(
      'lean-3',
      `${directory} is for Lean 3 (it has a leanpkg.toml), which cannot be judged here; Lean 4 ports: ${benchmark.ports}`,
    )
  const hash = createHash('sha256')
  const unavailable: UnavailableTask[] = []
  const { paths, left } = await treeOf(directory, ['.jsonl', '.lean'])
  unavailable.push(...left.map(leftOut))
  const texts = new Map<string, string>()
  for (const path of paths) {
    const text = await readText(directory, path)
    texts.set(path, text)
    hash.update(`${path}\0${text.length}\0`).update(text)
  }
  const rows = [...texts].flatMap(([path, text]) =>
    path.endsWith('.jsonl') ? rowsIn(path, text, unavailable) : [],
  )
  const sourced = rows.length > 0 ? rows : filesIn(texts, unavailable)
  if (paths.length === 0) throw new UsageError('not-lean', `${directory} has neither .lean nor .jsonl files`)
  if (variant !== undefined && !sourced.some(({ split }) => split === variant))
    throw new UsageError('no-split', `${directory} does not say which theorems are for ${variant}`)
  const found = sourced
    .filter(({ split }) => variant === undefined || split === variant)
    .map(({ id, hole, split, files }): Found => {
      const title = hole.informal.replace(/\s+/g, ' ').trim().slice(0, 80) || hole.name
      return {
        id,
        title,
        ...(split !== undefined && { category: split }),
        task: async (name, origin) => leanTask(hole, files, name, origin),
      }
    })
  const name = variant === undefined ? benchmark.name : `${benchmark.name}-${variant}`
  const about = { ...benchmark, name, source: directory, digest: hash.digest('hex') }
  return suiteOf(about, found, unavailable)
}

const words = z.string().optional().catch(undefined)
const rowSchema = z.looseObject({
  name: z.string().min(1),
  formal_statement: z.string().min(1),
  header: words,
  split: words,
  informal_prefix: words,
  informal_statement: words,
  informal_stmt: words,
  nl_statement: words,
})

function rowsIn(path: string, text: string, unavailable: UnavailableTask[]): Sourced[] {
  const found: Sourced[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const leave = (kind: string, why: string) =>
      unavailable.push({ id: `${path}-${index + 1}`, kind, why: `${path}:${index + 1}: ${why}` })
    const row = readRow(line)
    if (row === undefined) {
      leave('broken', 'it has no name and formal_statement')
      continue
    }
    const statement = row.formal_statement.trim().replace(/:=(?:\s*by)?$/, ':= by sorry')
    const { holes } = scanLean(`${row.header ?? ''}\n${statement}\n`)
    const hole = holes.at(-1)
    if (!hole) {
      leave('not-a-theorem', `"${row.name}" is no theorem with sorry for its proof`)
      continue
    }
    const said = row.informal_statement ?? row.informal_stmt ?? row.nl_statement ?? row.informal_prefix ?? ''
    const split = splitOf(row.split ?? '') ?? splitOf(path)
    found.push({
      id: row.name,
      hole: { ...hole, informal: wordsOf(said) || hole.informal },
      split,
      files: fileSet({}),
    })
  }
  return found
}

function readRow(line: string): z.infer<typeof rowSchema> | undefined {
  try {
    return rowSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** A statement in words: without the marks of a comment, and without a proof that some releases have behind it. */
function wordsOf(text: string): string {
  return text
    .replace(/\\begin\{proof\}[\s\S]*$/, '')
    .replace(/^\s*\/-[-!]?/, '')
    .replace(/-\/\s*$/, '')
    .trim()
    .slice(0, 4000)
}

function filesIn(texts: ReadonlyMap<string, string>, unavailable: UnavailableTask[]): Sourced[] {
  const lean = [...texts].filter(([path]) => path.endsWith('.lean') && !/(?:^|\/)lakefile\.lean$/.test(path))
  const scanned = new Map(lean.map(([path, text]) => [path, scanLean(text)] as const))
  const modules = new Map(lean.map(([path]) => [path.replace(/\.lean$/, '').replaceAll('/', '.'), path]))
  const found: Sourced[] = []
  for (const [path, { holes, others, imports, broken }] of scanned) {
    const stem = path.replace(/\.lean$/, '').split('/')
    for (const { what, line, kind } of others)
      unavailable.push({ id: `${stem.join('.')}-${line}`, kind, why: `${path}:${line}: "${what}"` })
    if (broken)
      unavailable.push({
        id: stem.join('.'),
        kind: 'unclosed',
        why: `${path}: a comment or string does not end`,
      })
    const files = holes.length === 0 ? fileSet({}) : neededBy(imports)
    for (const hole of holes) {
      const alone = holes.length === 1 && stem.at(-1) === hole.name
      found.push({
        id: [...stem, ...(alone ? [] : [hole.name])].join('.'),
        hole,
        split: splitOf(path),
        files,
      })
    }
  }
  return found

  /** Files of the project itself, those that are imported first; what is not among them is of a package. */
  function neededBy(imports: readonly string[]): FileSet {
    const order = new Map<string, string>()
    const seen = new Set<string>()
    const visit = (module: string) => {
      const path = modules.get(module)
      if (path === undefined || seen.has(path)) return
      seen.add(path)
      for (const other of scanned.get(path)?.imports ?? []) visit(other)
      order.set(path, texts.get(path)!)
    }
    for (const module of imports) visit(module)
    return fileSet(order)
  }
}

function splitOf(text: string): string | undefined {
  return Object.keys(splits).find((split) => splits[split]!.test(text))
}
