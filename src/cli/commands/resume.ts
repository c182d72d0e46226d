import type { Command } from 'commander'
import { addPaceOptions } from '../run-options.ts'

interface ResumeFlags {
  concurrency?: number
  modelConcurrency?: number
  attempts?: number
  force?: boolean
  json?: boolean
}

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description('go on with a run that was cut off; nothing judged runs again, void trials are tried again')
    .argument('<dir>', 'the run directory')
  addPaceOptions(command, false)
    .option('--force', 'go on although a suite has another version now')
    .option('--json', 'the report as one JSON document on stdout')
    .addHelpText('after', '\nExamples:\n  $ touchstone resume runs/2026-11-22_134501-hardware-basics')
    .action(
      async (directory: string, { concurrency, modelConcurrency, attempts, force, json }: ResumeFlags) => {
        const { readManifest } = await import('../../runs/manifest.ts')
        const { runRequestSchema } = await import('../run-request.ts')
        const { runAndReport } = await import('../run-and-report.ts')
        const checked = runRequestSchema.safeParse((await readManifest(directory)).options)
        if (!checked.success) {
          const { UsageError } = await import('../../core/errors.ts')
          throw new UsageError(
            'broken-manifest',
            `the options in ${directory}/manifest.json are not those of a run: ask for it again with touchstone run … --out ${directory}`,
          )
        }
        const asked = checked.data
        const request = {
          ...asked,
          ...(concurrency !== undefined && { concurrency }),
          ...(modelConcurrency !== undefined && { modelConcurrency }),
          ...(attempts !== undefined && { attempts }),
        }
        await runAndReport(directory, request, { json: json ?? false, force: force ?? false })
      },
    )
}
