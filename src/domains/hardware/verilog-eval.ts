import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadOptions, SuiteLoader } from '../../core/domain.ts'
import { messageOf, UsageError } from '../../core/errors.ts'
import { fileSet, textOf } from '../../core/files.ts'
import { limitsSchema } from '../../core/limits.ts'
import { digestOf } from '../../core/suite-directory.ts'
import type { Suite, Task } from '../../core/task.ts'
import { readTree } from '../../core/task-directory.ts'
import { correct, type Erratum, errataFor, errataOf, type TaskTexts } from './errata.ts'
import { answerPath, type HardwareKey, topModule } from './key.ts'

const variants = { 'spec-to-rtl': 'dataset_spec-to-rtl', 'code-complete': 'dataset_code-complete-iccad2023' }
type Variant = keyof typeof variants

/** Wall time of the simulation in the official protocol, in seconds. */
const officialSeconds = 30

/**
 * VerilogEval 2 (https://github.com/NVlabs/verilog-eval, MIT): a directory of `ProbNNN_name_prompt.txt`,
 * `…_ref.sv` and `…_test.sv`, with `…_ifc.txt` in the code-complete variant; or the whole repository, of which the
 * variant asked for is read (spec-to-rtl where none is).
 */
export const verilogEval: SuiteLoader = { name: 'verilog-eval', load }

async function load(directory: string, options: LoadOptions): Promise<Suite> {
  const asked = variantOf(options.variant)
  const { source, names } = await findDataset(directory, asked)
  const variant: Variant = names.some((name) => name.endsWith('_ifc.txt')) ? 'code-complete' : 'spec-to-rtl'
  if (asked !== undefined && asked !== variant)
    throw new UsageError('wrong-variant', `${source} holds the variant ${variant}, not ${asked}`)
  const ids = names.flatMap((name) => /^(Prob\d+_[A-Za-z0-9_]+)_prompt\.txt$/.exec(name)?.[1] ?? [])
  const version = await versionOf(source, names)
  const errata = options.errata ? await errataFor('verilog-eval-v2') : []
  const origin = { suite: `verilog-eval-${variant}`, source: directory, version, licence: 'MIT' }
  return {
    name: origin.suite,
    version,
    description: `VerilogEval 2, ${variant}: ${ids.length} modules to write, judged by simulation`,
    licence: origin.licence,
    source: directory,
    tasks: ids.map((id) => ({
      id,
      title: id.replace(/^Prob\d+_/, '').replaceAll('_', ' '),
      load: async (): Promise<Task<HardwareKey>> => {
        const known = errataOf(errata, id, variant)
        const texts = await readTexts(source, id)
        return { id, domain: 'hardware', origin, ...taskOf(correct(texts, known), known) }
      },
    })),
  }
}

function variantOf(name: string | undefined): Variant | undefined {
  if (name === undefined || Object.hasOwn(variants, name)) return name as Variant | undefined
  throw new UsageError(
    'unknown-variant',
    `VerilogEval has no variant "${name}"; use ${Object.keys(variants).join(' or ')}`,
  )
}

/** The directory with the problems: the one given, or the one of the variant in a whole repository. */
async function findDataset(
  directory: string,
  asked: Variant | undefined,
): Promise<{ source: string; names: string[] }> {
  const entries = await listing(directory)
  const inside = variants[asked ?? 'spec-to-rtl']
  const [source, names] = entries.includes(inside)
    ? [join(directory, inside), await listing(join(directory, inside))]
    : [directory, entries]
  if (!names.some((name) => /^Prob\d+_.*_prompt\.txt$/.test(name)))
    throw new UsageError(
      'not-verilog-eval',
      `${source} has no ProbNNN_name_prompt.txt; give a dataset_… directory of VerilogEval 2`,
    )
  return { source, names }
}

async function listing(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (thrown) {
    throw new UsageError('no-suite', `${directory} cannot be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** A digest of the names and contents of all problems' files. Throws `UsageError` (`broken-task`) for a link. */
async function versionOf(directory: string, names: readonly string[]): Promise<string> {
  const files = await readTree(
    directory,
    names.filter((name) => name.startsWith('Prob')),
  )
  return `sha256-${digestOf(files)}`
}

async function readTexts(directory: string, id: string): Promise<TaskTexts> {
  const names = { prompt: `${id}_prompt.txt`, reference: `${id}_ref.sv`, testbench: `${id}_test.sv` }
  const files = await readTree(directory, Object.values(names))
  const text = (name: string) => {
    const found = textOf(files, name)
    if (found !== undefined) return found
    throw new UsageError('broken-task', `${join(directory, name)} is missing`)
  }
  return {
    'prompt.txt': text(names.prompt),
    'ref.sv': text(names.reference),
    'test.sv': text(names.testbench),
  }
}

function taskOf(
  texts: TaskTexts,
  errata: readonly Erratum[],
): Pick<Task<HardwareKey>, 'brief' | 'key' | 'errata'> {
  return {
    brief: {
      instructions: `${texts['prompt.txt'].trim()}\n\n${handIn}`,
      files: fileSet({}),
      answer: { kind: 'files', paths: [answerPath], maxBytes: 256 * 1024 },
      limits: limitsSchema.parse({ wallSeconds: 900, turns: 40 }),
      feedback: { consultations: 0, detail: 'outcome' },
    },
    key: {
      reference: texts['ref.sv'],
      testbench: texts['test.sv'],
      simulationSeconds: officialSeconds,
      notes: errata.flatMap(({ note }) => note ?? []),
    },
    errata: errata.filter(({ edits }) => edits.length > 0).map(({ id }) => id),
  }
}

const handIn = `Hand in the file ${answerPath} with the module ${topModule} and any modules that it uses, in SystemVerilog (IEEE 1800-2012) as Icarus Verilog reads it. The design is compiled with a testbench that you do not see and compared with a reference for at most ${officialSeconds} s. It must be a design only: no printing, no $finish, no files, no random numbers, and nothing outside its own modules.`
