import type { LoadOptions, SuiteLoader } from '../../../../core/domain.ts'
import { UsageError } from '../../../../core/errors.ts'
import type { Suite, UnavailableTask } from '../../../../core/task.ts'
import { projectOf, readProject } from '../../rocq/project.ts'
import { type Found, leftOut, suiteOf } from '../suite.ts'
import { treeOf } from '../tree.ts'
import { type File, Library, type Project } from './library.ts'
import type { Scanned, Stated } from './scan.ts'
import { obstacleOf, taskAt } from './task.ts'

/** Variants of `rocq`, by what proofs may rest on. */
const variants = { strict: false, 'earlier-holes': true }

/**
 * A directory of `.v` files with holes: every theorem that ends in `Admitted`, that has `(* prove *)` where its proof
 * belongs, or within whose proof the file ends. Proofs may not rest on other holes, unless the variant `earlier-holes` is
 * asked for. `_CoqProject` or `Make` maps the directory; without one it is `-R . ""`.
 */
export const rocqHoles: SuiteLoader = { name: 'rocq', load }

async function load(directory: string, { variant = 'strict' }: LoadOptions): Promise<Suite> {
  if (!Object.hasOwn(variants, variant))
    throw new UsageError(
      'unknown-variant',
      `files with holes have no variant "${variant}"; use ${Object.keys(variants).join(' or ')}`,
    )
  return await holesIn(directory, {
    name: variant === 'strict' ? 'rocq' : `rocq-${variant}`,
    title: 'Rocq files with holes',
    mayUseHoles: variants[variant as keyof typeof variants],
  })
}

interface Wanted {
  readonly name: string
  readonly title: string
  readonly mayUseHoles: boolean
  /** A part of the files, by the first of these words that is the name of a directory of theirs. */
  readonly split?: string
}

const splits = ['train', 'valid', 'validation', 'test']

/** Also of use for benchmarks that are such directories. Throws `UsageError` (`no-suite`, `not-rocq`, `no-tasks`). */
export async function holesIn(
  directory: string,
  { name, title, mayUseHoles, split }: Wanted,
): Promise<Suite> {
  const { paths, left } = await treeOf(directory, ['.v'])
  if (paths.length === 0) throw new UsageError('not-rocq', `${directory} has no .v file`)
  const { mappings, flags } = readProject(await projectOf(directory))
  const project: Project = { name: '', directory: '', mappings, flags, paths }
  const unavailable: UnavailableTask[] = left.map(leftOut)
  const places: { file: File; index: number; stated: Stated; alone: boolean }[] = []
  const library = await Library.read(directory, [project], (file, scanned) => {
    const category = splitOf(file.path)
    if (split !== undefined && category !== split) return
    unavailable.push(...othersIn(file, scanned))
    const holes = scanned.stated.filter(({ ending }) => ending === 'hole')
    for (const stated of holes) {
      const obstacle = obstacleOf(stated, scanned, file)
      if (obstacle)
        unavailable.push({
          id: idOf(file, stated.name, false),
          kind: obstacle.kind,
          why: `${file.path}: ${obstacle.why}`,
        })
      else places.push({ file, index: scanned.stated.indexOf(stated), stated, alone: holes.length === 1 })
    }
  })
  const found = places.map(({ file, index, stated: { name: theorem, informal }, alone }): Found => {
    const category = splitOf(file.path)
    return {
      id: idOf(file, theorem, alone),
      title: titleOf(informal, theorem),
      ...(category !== undefined && { category }),
      task: (id, origin) => taskAt({ library, file, index, name: theorem }, { mayUseHoles }, id, origin),
    }
  })
  const about = { name, title, licence: 'of the files', source: directory, digest: library.digest }
  return suiteOf(about, found, unavailable)
}

/** What a file has besides theorems that may be asked for. */
export function othersIn(file: File, { others, brokenAt }: Scanned): UnavailableTask[] {
  const found = others.map(({ what, line }) => ({
    id: idOf(file, `line-${line}`, false),
    kind: 'not-a-theorem',
    why: `${file.path}:${line}: "${what}" is a hole and no theorem with a name`,
  }))
  if (brokenAt === undefined) return found
  const why = `${file.path}: a comment, string or sentence does not end; what is behind it is not read`
  return [...found, { id: idOf(file, 'unclosed', false), kind: 'unclosed', why }]
}

/** The file and the theorem, once where they say the same. */
export function idOf({ path }: Pick<File, 'path'>, theorem: string, alone: boolean): string {
  const parts = path.replace(/\.v$/, '').split('/')
  return (alone && parts.at(-1) === theorem ? parts : [...parts, theorem]).join('.')
}

export function titleOf(informal: string, theorem: string): string {
  return informal.replace(/\s+/g, ' ').trim().slice(0, 80) || theorem
}

function splitOf(path: string): string | undefined {
  const directories = path.split('/').slice(0, -1)
  return splits.find((split) => directories.includes(split))
}
