import type { Command } from 'commander'
import pc from 'picocolors'
import { print, printJson, writePage } from '../output.ts'

export function addReport(program: Command): void {
  program
    .command('report')
    .description('what a run shows: pass@k with intervals, reasons, cost, time')
    .argument('<dir>', 'the run directory')
    .option('--html <file>', 'write it as one self-contained page with plots')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone report runs/2026-11-22_134501-hardware-basics
  $ touchstone report runs/2026-11-22_134501-hardware-basics --html report.html`,
    )
    .action(async (directory: string, flags: { html?: string; json?: boolean }) => {
      const { reportOf } = await import('../../runs/report/report.ts')
      const report = await reportOf(directory)
      if (flags.html !== undefined) {
        const { reportPage } = await import('../../runs/report/page/page.ts')
        const { dirname, relative, resolve } = await import('node:path')
        const base = relative(dirname(resolve(flags.html)), resolve(directory))
        await writePage(flags.html, reportPage(report, { base }))
      }
      if (flags.json) return printJson(report)
      const { reportTable } = await import('../../runs/report/table.ts')
      print(reportTable(report, { color: pc.isColorSupported }).trimEnd())
    })
}
