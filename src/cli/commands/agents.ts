import type { Command } from 'commander'
import { print, printJson } from '../output.ts'

export function addAgents(program: Command): void {
  program
    .command('agents')
    .description('list agents and their options')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  $ touchstone agents\n  $ touchstone run hardware-basics --agent best-of:k=8 --model openai/gpt-5.2',
    )
    .action(async (flags: { json?: boolean }) => {
      const { describeAgents } = await import('../../agents/index.ts')
      const agents = describeAgents()
      if (flags.json) return printJson(agents)
      for (const { name, about, options } of agents) {
        print(`${name.padEnd(10)} ${about}`)
        for (const option of options) print(`           ${option}`)
      }
    })
}
