import { Command, CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { reportFailure } from './failure.ts'
import { version } from './version.ts'

/** The command line. Sets the process's exit code; never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  // The wrapper for older Nodes watches over this process by a channel; when the wrapper is gone, stop as for Ctrl-C.
  if (process.channel) {
    process.channel.unref()
    process.on('disconnect', () => process.kill(process.pid, 'SIGINT'))
  }
  process.stdout.on('error', closedPipe)
  // Nobody listens to the progress any more: the run itself goes on.
  process.stderr.on('error', () => {})
  const program = new Command('touchstone')
    .description('Tasks that reality judges: run agents on them, believe the verdicts, keep the evidence.')
    .version(version)
    .showHelpAfterError('(touchstone --help shows what there is)')
    .exitOverride()
  program.configureHelp({ showGlobalOptions: false })
  for (const add of commands) add(program)
  program.addHelpText(
    'after',
    `
Examples:
  $ touchstone doctor
  $ touchstone suites hardware-basics
  $ touchstone run hardware-basics --agent oracle
  $ touchstone run verilog-eval=DIRECTORY --agent react --model openai/gpt-5.2 --samples 5

Exit codes: 0 done, 1 the thing asked about failed, 2 wrong usage, 3 infrastructure is missing or failed.`,
  )
  for (const command of program.commands) command.exitOverride()
  try {
    await program.parseAsync([...argv])
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version are no failures; commander has already written the message of what is one.
      process.exitCode = thrown.exitCode === 0 ? 0 : 2
    } else {
      process.exitCode = reportFailure(thrown, argv.includes('--json'))
    }
  }
}

/** `touchstone report DIR | head` closes the pipe early; that is no error. */
function closedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
}
