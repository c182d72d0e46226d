import type { Command } from 'commander'
import type { Verdict } from '../../core/verdict.ts'
import { backendOption } from '../backend.ts'
import { print, printJson } from '../output.ts'
import { type SuiteFlags, suiteOptions } from '../suite-options.ts'

interface JudgeFlags extends SuiteFlags {
  submission?: string
  trial?: string
  evidence?: string
  json?: boolean
}

export function addJudge(program: Command): void {
  const command = program
    .command('judge')
    .description('judge one submission and print the verdict (exit code 0 only where it is solved)')
    .argument('<suite/task>', 'the task, such as hardware-basics/fifo')
    .option('--submission <path>', 'a file asked for, or a directory that holds what is asked for')
    .option(
      '--trial <journal>',
      "the trial that it comes from: its flag is the one that counts; without --submission, the trial's own is judged again",
    )
    .option('--evidence <dir>', 'write the evidence files there')
    .option('--json', 'one JSON document on stdout')
  suiteOptions(command)
    .addOption(backendOption())
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone judge hardware-basics/fifo --submission TopModule.sv
  $ touchstone judge verilog-eval=DIRECTORY/Prob001_zero --submission answer/ --json
  $ touchstone judge security-basics/web-sqli --trial runs/mine/trials/.../oracle.1.jsonl`,
    )
    .action(async (name: string, flags: JudgeFlags) => {
      const { judgeOnce } = await import('../judge-once.ts')
      const verdict = await judgeOnce(name, flags)
      if (flags.evidence) await writeEvidence(flags.evidence, verdict)
      process.exitCode = verdict.outcome === 'solved' ? 0 : 1
      if (flags.json) {
        const { encodeVerdict } = await import('../../core/encoding.ts')
        return printJson(encodeVerdict(verdict))
      }
      const { renderVerdict } = await import('../render-verdict.ts')
      print(renderVerdict(verdict))
    })
}

async function writeEvidence(directory: string, verdict: Verdict): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  const { basename, join } = await import('node:path')
  const { InfrastructureError, messageOf } = await import('../../core/errors.ts')
  const { makeDirectories } = await import('../../core/directories.ts')
  try {
    await makeDirectories(directory)
    for (const { name, content } of verdict.evidence)
      await writeFile(join(directory, basename(name)), content)
  } catch (thrown) {
    throw new InfrastructureError('cannot-write', `cannot write the evidence: ${messageOf(thrown)}`)
  }
}
