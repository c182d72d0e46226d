import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { type BackendName, backendOption } from '../backend.ts'
import { either, whole } from '../run-options.ts'

/** The command line's form of a forge. */
export interface ForgeFlags {
  out: string
  model?: string
  repairs?: number
  concurrency: number
  backend?: BackendName
  limit?: number
  task?: string
  again?: boolean
  onlyWrite?: boolean
  audit: boolean
  baseUrl?: string
  cache?: string
  json?: boolean
}

const sources = [
  {
    name: 'ctf',
    argument: 'archive',
    description: 'challenges of capture-the-flag competitions: security tasks, with live services',
    material: 'a directory, a git address, or an archive file (.zip, .tar, .tar.gz, .tar.xz) of challenges',
    repairs: true,
  },
  {
    name: 'verilog',
    argument: 'dir',
    description: 'Verilog modules: hardware tasks with a testbench that kills mutants',
    material: 'a directory, a git address, or an archive file of Verilog modules',
    repairs: false,
  },
]

const details = `
Every item goes from found through understood, written, started and answered to audited, or says why not. A task is in
SUITE once it was proved; what was written and fell later lies in SUITE/.forge/fallen. The same command goes on where it
was stopped, and forges again only what has changed; with --again also what fell, after something was installed.

Before a task is in the suite it is audited: the oracle twice where there is one, nop, every attack that only hands
something in, and files-of-the-service, which looks for a flag where the forge may have left one. The other attacks
take an environment each: touchstone audit SUITE makes them all. --no-audit leaves the audit out.

Examples:
  $ touchstone forge ctf ARCHIVE --out suites/archive
  $ touchstone forge ctf ARCHIVE --out suites/archive --only-write
  $ touchstone forge verilog rtl/ --out suites/rtl --limit 20
  $ touchstone forge report suites/archive

Exit code 1: nothing of it is in the suite. 3: stopped, or the machine failed on some; the same command goes on.`

export function addForge(program: Command): void {
  const command = program
    .command('forge')
    .description('make raw material into audited suites, and report what came of it')
  for (const { name, argument, description, material, repairs } of sources) {
    const own = command.command(name).description(description).argument(`<${argument}>`, material)
    addSource(own, name)
    if (repairs) addModel(own)
  }
  command
    .command('report')
    .description('what came of a forge: the funnel, categories and reasons; a table and a page')
    .argument('<suite>', 'a directory that was given with --out')
    .option('--json', 'the report as one JSON document on stdout')
    .action(async (suite: string, flags: { json?: boolean }) => {
      const { reportForge } = await import('../perform-forge.ts')
      await reportForge(suite, flags.json ?? false)
    })
  command.addHelpText('after', details)
}

function addSource(command: Command, name: string): void {
  command
    .requiredOption('--out <suite>', 'the directory of the suite: new, empty, or one to go on with')
    .option('--concurrency <n>', 'items at once', whole(1), Math.max(2, availableParallelism()))
    .addOption(backendOption())
    .option('--limit <n>', 'at most so many items', whole(1))
    .option('--task <glob>', 'only items whose name or path matches; may be given several times', either)
    .option('--again', 'forge again what fell before: the machine has more programs or modules now')
    .option(
      '--only-write',
      'prove nothing: written tasks lie in SUITE/.forge/written, the suite stays as it is',
    )
    .option('--no-audit', 'leave the audit out: what is proved is in the suite')
    .option('--json', 'the report as one JSON document on stdout')
    .addHelpText('after', details)
    .action(async (material: string, flags: ForgeFlags) => {
      const { performForge } = await import('../perform-forge.ts')
      await performForge(name, material, flags)
    })
}

/** What a source needs whose plans a model can change. */
function addModel(command: Command): void {
  command
    .option('--model <model>', 'provider/model that changes plans whose proof fails')
    .option('--repairs <n>', 'other plans that the model makes for one item, at most', whole(1), 3)
    .option('--base-url <url>', 'of an OpenAI-compatible server')
    .option('--cache <dir>', 'keep model replies there and use them again')
}
