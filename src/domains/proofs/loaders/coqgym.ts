import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { LoadOptions, SuiteLoader } from '../../../core/domain.ts'
import { messageOf, UsageError } from '../../../core/errors.ts'
import type { Suite, UnavailableTask } from '../../../core/task.ts'
import { type Mapping, projectOf, readProject } from '../rocq/project.ts'
import { requiredIn } from '../rocq/requires.ts'
import { idOf, othersIn, titleOf } from './rocq/holes.ts'
import { type File, Library, type Project } from './rocq/library.ts'
import { obstacleOf, taskAt } from './rocq/task.ts'
import { type Found, leftOut, suiteOf } from './suite.ts'
import { readText, treeOf } from './tree.ts'

const splits = ['train', 'valid', 'test'] as const
type Split = (typeof splits)[number]

const home = 'coq_projects'
const splitFile = 'projs_split.json'
const names = z.array(z.string())
const splitSchema = z.object({ projs_train: names, projs_valid: names, projs_test: names })

/**
 * CoqGym (https://github.com/princeton-vl/CoqGym): every theorem of `coq_projects/` with its proof taken out, which is the
 * reference. `projs_split.json` beside it tells training, validation and test projects apart; the variants `train`,
 * `valid` and `test` pick one. Nothing is compiled while loading.
 */
export const coqGym: SuiteLoader = { name: 'coqgym', load }

async function load(directory: string, { variant }: LoadOptions): Promise<Suite> {
  const wanted = splitNamed(variant)
  if (!(await lstat(join(directory, home)).catch(() => undefined))?.isDirectory())
    throw new UsageError('not-coqgym', `${directory} has no directory ${home}`)
  const split = await splitOf(directory)
  if (wanted !== undefined && split.size === 0)
    throw new UsageError(
      'no-split',
      `${directory} has no ${splitFile}, which says which projects are for ${wanted}; it is part of CoqGym's data, not of its repository`,
    )
  const root = join(directory, home)
  const { paths, left } = await treeOf(root, ['.v'])
  const unavailable: UnavailableTask[] = left.map(leftOut)
  const projects: Project[] = []
  const byName = Map.groupBy(
    paths.filter((path) => path.includes('/')),
    (path) => path.split('/')[0]!,
  )
  for (const [name, inside] of byName) {
    try {
      projects.push(await projectIn(root, name, inside))
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown
      unavailable.push({ id: name, kind: 'bad-project', why: `${name}: ${thrown.message}` })
    }
  }
  const isWanted = ({ project }: File) => wanted === undefined || split.get(project.name) === wanted
  const places: { file: File; index: number; theorem: string; title: string }[] = []
  const library = await Library.read(root, projects, (file, scanned) => {
    if (!isWanted(file)) return
    unavailable.push(...othersIn(file, scanned))
    for (const [index, stated] of scanned.stated.entries()) {
      const obstacle =
        stated.ending === 'hole'
          ? { kind: 'no-proof', why: 'the file has no proof of it' }
          : obstacleOf(stated, scanned, file)
      if (obstacle)
        unavailable.push({
          id: idOf(file, stated.name, false),
          kind: obstacle.kind,
          why: `${file.path}: ${obstacle.why}`,
          category: split.get(file.project.name) ?? file.project.name,
        })
      else places.push({ file, index, theorem: stated.name, title: titleOf(stated.informal, stated.name) })
    }
  })
  const found = places.map(
    ({ file, index, theorem, title }): Found => ({
      id: idOf(file, theorem, false),
      title,
      category: split.get(file.project.name) ?? file.project.name,
      // Where the reference may rest on what its file leaves open, other proofs may.
      task: (id, origin) =>
        taskAt({ library, file, index, name: theorem }, { mayUseHoles: true }, id, origin),
    }),
  )
  const about = {
    name: wanted === undefined ? 'coqgym' : `coqgym-${wanted}`,
    title: wanted === undefined ? 'CoqGym' : `CoqGym, ${wanted}`,
    licence: 'of the projects',
    source: directory,
    digest: library.digest,
  }
  return suiteOf(about, found, unavailable)
}

function splitNamed(variant: string | undefined): Split | undefined {
  if (variant === undefined) return undefined
  const found = splits.find((each) => each === variant)
  if (found) return found
  throw new UsageError('unknown-variant', `CoqGym has no variant "${variant}"; use ${splits.join(', ')}`)
}

/** The split of each project; empty where there is no file. Throws `UsageError` (`bad-split`). */
async function splitOf(directory: string): Promise<ReadonlyMap<string, Split>> {
  const path = join(directory, splitFile)
  if (!(await lstat(path).catch(() => undefined))) return new Map()
  let value: unknown
  try {
    value = JSON.parse(await readText(directory, splitFile))
  } catch (thrown) {
    throw new UsageError('bad-split', `${path}: ${messageOf(thrown)}`, { cause: thrown })
  }
  const read = splitSchema.safeParse(value)
  if (!read.success) throw new UsageError('bad-split', `${path}: ${z.prettifyError(read.error)}`)
  return new Map(
    splits.flatMap((split) => read.data[`projs_${split}`].map((project) => [project, split] as const)),
  )
}

async function projectIn(root: string, name: string, paths: readonly string[]): Promise<Project> {
  // Coq's own library is installed, newer than this one: what its files require is that.
  if (paths.includes(`${name}/theories/Init/Prelude.v`))
    return { name, directory: name, mappings: [], flags: [], paths }
  const below = [...new Set(paths.map((path) => path.split('/').slice(0, 2).join('/')))]
  for (const directory of [name, ...below.filter((path) => !path.endsWith('.v'))]) {
    const text = await projectOf(join(root, directory))
    if (text === '') continue
    const { mappings, flags } = readProject(text)
    const sub = directory.slice(name.length + 1)
    const inside = (path: string) => (sub === '' ? path : path === '.' ? sub : `${sub}/${path}`)
    const moved = mappings.map((mapping) => ({ ...mapping, directory: inside(mapping.directory) }))
    return { name, directory: name, mappings: moved, flags, paths }
  }
  return { name, directory: name, mappings: [await guessed(root, name, paths)], flags: [], paths }
}

/** How many files of a project are looked at for its name. */
const looked = 100

/**
 * Some projects make their `_CoqProject` while they are built. Their files call each other by the project's name, in one
 * spelling or another: `From StructTact Require Import Util.`
 */
async function guessed(root: string, name: string, paths: readonly string[]): Promise<Mapping> {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  for (const path of paths.slice(0, looked)) {
    for (const { from, name: required } of requiredIn(await readText(root, path))) {
      const [first] = (from ?? required).split('.')
      if (
        first !== undefined &&
        plain(first) === plain(name) &&
        (from !== undefined || required.includes('.'))
      )
        return { flag: '-R', directory: '.', name: first }
    }
  }
  return { flag: '-R', directory: '.', name: '' }
}
