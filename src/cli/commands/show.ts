import type { Command } from 'commander'
import pc from 'picocolors'
import { printJson, writePage } from '../output.ts'

export function addShow(program: Command): void {
  program
    .command('show')
    .description('one trajectory, readable')
    .argument('<dir>', 'the run directory')
    .argument('<trial>', 'its id or a part of it that only one trial has')
    .option('--full', 'everything in full: long texts, files, tool definitions, evidence')
    .option(
      '--html <file>',
      'its candidates, what they cost and the curve of the best, as one self-contained page',
    )
    .option('--json', 'the events as one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  $ touchstone show runs/demo fifo/baseline\n  $ touchstone show runs/demo fifo/baseline.1 --full\n  $ touchstone show runs/demo fifo/search --html search.html',
    )
    .action(
      async (directory: string, wanted: string, flags: { full?: boolean; html?: string; json?: boolean }) => {
        const { readManifest } = await import('../../runs/manifest.ts')
        const { findTrial } = await import('../../runs/find-trial.ts')
        const { journalPath } = await import('../../runs/layout.ts')
        const { readJournal } = await import('../../runs/journal/reader.ts')
        await readManifest(directory)
        const events = readJournal(journalPath(directory, await findTrial(directory, wanted)))
        if (flags.html !== undefined) {
          const { trialPage } = await import('../../runs/show/page.ts')
          return await writePage(flags.html, await trialPage(events))
        }
        if (flags.json) return printJson(await Array.fromAsync(events))
        const { renderTrajectory } = await import('../../runs/show/trajectory.ts')
        const options = { color: pc.isColorSupported, full: flags.full ?? false }
        for await (const text of renderTrajectory(events, options)) process.stdout.write(text)
      },
    )
}
