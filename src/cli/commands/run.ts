import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { addRunOptions, type RunFlags } from '../run-options.ts'

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('run agents on suites, judge what they hand in, and report')
    .argument('<suite...>', 'shipped suites, directories, or LOADER=DIRECTORY-OR-GIT-ADDRESS')
  addRunOptions(command)
    .option('--out <dir>', 'the run directory (default: runs/ and the time)')
    .option('--json', 'the report as one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone run hardware-basics --agent baseline --agent oracle
  $ touchstone run verilog-eval=DIRECTORY --model openai/gpt-5.2 --samples 5 --cost 0.5
  $ touchstone run hardware-basics --agent refine:rounds=4 --model http://127.0.0.1:8000/v1#qwen3
  $ touchstone run verilog-eval=DIRECTORY --agent oracle --task 'Prob00*' --errata

A run that was cut off goes on with: touchstone resume DIR`,
    )
    .action(async (suites: string[], flags: RunFlags & { out?: string; json?: boolean }) => {
      const { requestOf } = await import('../run-request.ts')
      const { runAndReport } = await import('../run-and-report.ts')
      await runAndReport(flags.out ?? newDirectory(suites), requestOf(suites, flags), {
        json: flags.json ?? false,
      })
    })
}

/** `runs/2026-11-22_134501-hardware-basics`. */
export function newDirectory(suites: readonly string[]): string {
  const stamp = new Date().toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '')
  const name = (suites[0] ?? 'run')
    .replace(/=.*/s, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
  const wanted = `runs/${stamp}-${name || 'run'}`
  let directory = wanted
  for (let again = 2; existsSync(directory); again++) directory = `${wanted}-${again}`
  return directory
}
