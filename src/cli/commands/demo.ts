import type { Command } from 'commander'
import pc from 'picocolors'
import { remark } from '../output.ts'
import { addPaceOptions, type RunFlags } from '../run-options.ts'
import { newDirectory } from './run.ts'

/** Tasks of hardware-basics whose proofs take a moment; some others take ten seconds and more. */
const quick = [
  ...['alu', 'constant-multiplier', 'copy-invert-swap', 'flip-flop-circuit', 'gray-counter', 'karnaugh-map'],
  ...['linear-feedback', 'majority', 'multiplexer', 'priority-encoder', 'register', 'rotator'],
  ...['saturating-adder', 'saturating-counter', 'shift-register', 'truth-table'],
]

export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'run four agents that need no key on half of hardware-basics: see solved, unsolved and rejected',
    )
  addPaceOptions(command)
    .option('--out <dir>', 'the run directory (default: runs/ and the time)')
    .addHelpText('after', '\nExamples:\n  $ touchstone demo')
    .action(
      async (flags: Pick<RunFlags, 'concurrency' | 'modelConcurrency' | 'attempts'> & { out?: string }) => {
        const { requestOf } = await import('../run-request.ts')
        const { runAndReport } = await import('../run-and-report.ts')
        const directory = flags.out ?? newDirectory(['demo'])
        remark(`${pc.bold(`Four agents try to design ${quick.length} circuits of hardware-basics; a simulator and a prover judge them.`)}
  baseline  reads the brief and recognises what it can; no model, no key
  oracle    hands in the reference solution: a judge must solve it
  nop       hands in nothing: a judge must not
  attack    cheats: a judge must see through it
`)
        const agent = ['baseline', 'oracle', 'nop', 'attack']
        await runAndReport(
          directory,
          requestOf(['hardware-basics'], { samples: 1, seed: '0', agent, task: `{${quick}}`, ...flags }),
          {
            json: false,
          },
        )
        const { reportOf } = await import('../../runs/report/report.ts')
        const { trials } = await reportOf(directory)
        const cheat =
          trials.find(({ outcome }) => outcome === 'rejected')?.id.replace(/^[^/]*\//, '') ?? 'alu/attack'
        remark(`
${pc.bold('Where to look next')}
  npx touchstone show ${directory} ${cheat}    how a cheat was seen through
  npx touchstone show ${directory} alu/oracle    a trial from brief to verdict
  npx touchstone report ${directory} --html report.html  the same as a page with plots
  npx touchstone run hardware-basics --model openai/gpt-5.2   a model's turn (OPENAI_API_KEY)
  npx touchstone --help                                  and README.md, docs/`)
      },
    )
}
