import { readdir } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { LoadOptions, SuiteLoader } from '../../core/domain.ts'
import { messageOf, UsageError } from '../../core/errors.ts'
import { type FileSet, fileSet, textOf } from '../../core/files.ts'
import { limitsSchema } from '../../core/limits.ts'
import { digestOf } from '../../core/suite-directory.ts'
import { namePattern, type Suite, type Task } from '../../core/task.ts'
import { readTree } from '../../core/task-directory.ts'
import { correct, type Erratum, errataFor, errataOf } from './errata.ts'
import { answerPath, type HardwareKey } from './key.ts'
import { rtllmKey } from './rtllm-key.ts'

const descriptionName = 'design_description.txt'
const testbenchName = 'testbench.v'
const referenceName = /^(?:verified|designer|reference).*\.s?v$/i
/** How deep tasks may lie; RTLLM 2.0 has them three directories down. */
const maxDepth = 6

/**
 * RTLLM (https://github.com/hkust-zhiyao/RTLLM, MIT since 2.0), and whatever has its form: a directory for each
 * design, at any depth, with `design_description.txt`, a `testbench.v` that prints a line where a design passes, a
 * reference `verified_*.v`, and the data files that the testbench reads.
 */
export const rtllm: SuiteLoader = { name: 'rtllm', load }

async function load(directory: string, options: LoadOptions): Promise<Suite> {
  if (options.variant !== undefined)
    throw new UsageError(
      'unknown-variant',
      `RTLLM has no variant "${options.variant}"; give the directory of the release`,
    )
  const places = await findTasks(directory)
  if (places.size === 0)
    throw new UsageError(
      'not-rtllm',
      `${directory} has no directory with ${descriptionName} and ${testbenchName} in it`,
    )
  const trees = await readTree(directory, [...places.values()])
  const version = `sha256-${digestOf(trees)}`
  const licence = await licenceOf(directory)
  const errata = options.errata ? await errataFor('rtllm-v2') : []
  const origin = { suite: 'rtllm', source: directory, version, licence }
  return {
    name: origin.suite,
    version,
    description: `RTLLM: ${places.size} modules to write, judged by testbenches that print`,
    licence,
    source: directory,
    tasks: [...places].map(([id, place]) => ({
      id,
      title: id.replaceAll('_', ' '),
      load: async (): Promise<Task<HardwareKey>> => {
        const files = await readTree(join(directory, place))
        return { id, domain: 'hardware', origin, ...taskOf(id, files, errataOf(errata, id)) }
      },
    })),
  }
}

/** The tasks' directories, relative to the one given, by the names of the directories, in their order. */
async function findTasks(directory: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const visit = async (path: string, depth: number): Promise<void> => {
    const entries = await listing(path)
    const names = new Set(entries.map(({ name }) => name))
    if (names.has(descriptionName) && names.has(testbenchName)) {
      const id = basename(path)
      const other = found.get(id)
      if (other !== undefined)
        throw new UsageError(
          'broken-task',
          `${directory} has two tasks ${id}: ${other} and ${relative(directory, path)}; give one release`,
        )
      if (!namePattern.test(id))
        throw new UsageError(
          'broken-task',
          `${path}: its name cannot be a task's; use letters, digits, . _ -`,
        )
      found.set(id, relative(directory, path))
    } else if (depth < maxDepth)
      for (const { name } of entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')))
        await visit(join(path, name), depth + 1)
  }
  await visit(directory, 0)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function listing(path: string) {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (thrown) {
    throw new UsageError('no-suite', `${path} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** What a LICENSE file beside the tasks says; RTLLM before 2.0 has none. */
async function licenceOf(directory: string): Promise<string> {
  const text = textOf(await readTree(directory, ['LICENSE']), 'LICENSE') ?? ''
  return /^\s*MIT License/.test(text) ? 'MIT' : 'not stated'
}

function taskOf(
  id: string,
  files: FileSet,
  errata: readonly Erratum[],
): Pick<Task<HardwareKey>, 'brief' | 'key' | 'errata'> {
  const references = [...files.keys()].filter((path) => referenceName.test(path))
  if (references.length !== 1)
    throw new UsageError(
      'broken-task',
      `${id} has ${references.length} files verified_*.v; one is wanted, the reference`,
    )
  const given = Object.fromEntries([...files.keys()].map((path) => [path, textOf(files, path) ?? '']))
  const texts = correct(given, errata)
  const { module, ...key } = rtllmKey(
    id,
    { reference: texts[references[0]!]!, testbench: texts[testbenchName]! },
    files,
  )
  return {
    brief: {
      instructions: `${texts[descriptionName]?.trim()}\n\n${handIn(module, key.simulationSeconds)}`,
      files: fileSet({}),
      answer: { kind: 'files', paths: [answerPath], maxBytes: 256 * 1024 },
      limits: limitsSchema.parse({ wallSeconds: 900, turns: 40 }),
      feedback: { consultations: 0, detail: 'outcome' },
      settings: { module },
    },
    key: { ...key, module, notes: [...key.notes, ...errata.flatMap(({ note }) => note ?? [])] },
    errata: errata.filter(({ edits }) => edits.length > 0).map((erratum) => erratum.id),
  }
}

function handIn(module: string, seconds: number): string {
  return `Hand in the file ${answerPath} with the module ${module} and any modules that it uses, in Verilog or SystemVerilog (IEEE 1800-2012) as Icarus Verilog reads it. The design is compiled with a testbench that you do not see and simulated for at most ${seconds} s. It must be a design only: no printing, no $finish, no files, no random numbers, and nothing outside its own modules.`
}
