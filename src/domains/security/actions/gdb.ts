import { randomBytes } from 'node:crypto'
import { UsageError } from '../../../core/errors.ts'
import { fileSet } from '../../../core/files.ts'
import type { Sandbox, Terminal } from '../../../core/sandbox.ts'
import { workDirectory } from '../../../sandbox/etc.ts'
import { inForeground } from './foreground.ts'
import { finderOf } from './pattern.ts'
import { plain } from './readable.ts'
import { TerminalSession } from './session.ts'

const settings = [
  'confirm off',
  'pagination off',
  'width 0',
  'height 0',
  'style enabled off',
  'debuginfod enabled off',
  'auto-load safe-path /usr/share/gdb',
  'disassembly-flavor intel',
  'print asm-demangle on',
]

/** Where inputs and scripts of debuggers are kept, in the work directory. */
const debugDirectory = '.debug'
/** What gdb says of itself and its surroundings, not of the program. */
const noise =
  /^(?:warning: Error disabling address space randomization.*|\[Thread debugging using libthread_db enabled\]|Using host libthread_db library.*|Reading symbols from .*|\(No debugging symbols found in .*\))\n/gm

/** What came of one command of gdb. */
export interface Told {
  readonly text: string
  /** False where the program is still running: gdb takes no commands meanwhile. */
  readonly idle: boolean
}

export interface Patience {
  readonly timeoutSeconds: number
  /** Give the program up for waiting, for input perhaps, once it has been quiet for a while. */
  readonly quiet?: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * gdb on a terminal that the program shares with it: what the program prints and asks is there too, and "feed" answers it.
 * An unguessable prompt tells where gdb's answers end.
 */
export class GdbSession extends TerminalSession {
  readonly #prompt: string
  readonly #sandbox: Sandbox
  #tail = ''
  #idle = false
  #scripts = 0

  private constructor(name: string, what: string, prompt: string, sandbox: Sandbox, terminal: Terminal) {
    super(name, 'debugger', what, terminal)
    this.#prompt = prompt
    this.#sandbox = sandbox
  }

  /** gdb with a program loaded, which does not run yet. Throws `UsageError` (`no-debugger`) with what gdb said. */
  static async open(
    sandbox: Sandbox,
    program: { readonly name: string; readonly path: string },
    lifeSeconds: number,
  ): Promise<GdbSession> {
    const prompt = `<gdb ${randomBytes(9).toString('hex')}>`
    const before = [`prompt ${prompt}`, ...settings].flatMap((each) => ['-iex', `set ${each}`])
    const start = 'stty -echo -onlcr && exec gdb -q -nx "$@"'
    const argv = ['bash', '-c', start, 'gdb', ...before, program.path]
    // A dumb terminal: no colours, no line editing. gdb's own LINES and COLUMNS would move the program's stack.
    const options = { timeoutSeconds: lifeSeconds, env: { TERM: 'dumb' }, columns: 200 }
    const terminal = await sandbox.terminal(inForeground(argv), options)
    const session = new GdbSession(program.name, program.path, prompt, sandbox, terminal)
    const { text, idle } = await session.#answer({ timeoutSeconds: startSeconds })
    const failed = /(?:No such file or directory|not in executable format.*|Permission denied)\.?$/m.exec(
      text,
    )
    if (idle && !failed) {
      for (const variable of ['LINES', 'COLUMNS'])
        await session.command(`unset environment ${variable}`, quick)
      return session
    }
    await session.stop()
    const why = failed ? text : text || `gdb did not start within ${startSeconds} s`
    throw new UsageError('no-debugger', `${program.path} cannot be debugged: ${why.slice(-1000)}`)
  }

  /** Whether gdb takes a command now. */
  get idle(): boolean {
    return this.#idle && this.ended === undefined
  }

  override get state(): string {
    return this.ended ?? (this.#idle ? 'waits for a command' : 'the program runs; it may wait for input')
  }

  /** For the program. Throws `UsageError` (`stopped`) where it does not run: gdb would take it for commands. */
  override async feed(bytes: Uint8Array, options: { enter: boolean; end: boolean }): Promise<void> {
    if (this.idle)
      throw new UsageError(
        'stopped',
        `the program in ${this.name} does not run now: let it with the debug action "continue", then feed it; gdb's own commands go to "exec"`,
      )
    await super.feed(bytes, options)
  }

  /** Does one command, of one line or of several. Throws `UsageError` (`running`) while the program runs. */
  async command(command: string, patience: Patience): Promise<Told> {
    if (this.ended !== undefined) throw new UsageError('ended', `the debugger ${this.name} ${this.ended}`)
    if (!this.idle)
      throw new UsageError(
        'running',
        `the program runs in ${this.name}: "feed" it, "look" at it, or stop it with the debug action "interrupt"`,
      )
    const line = command.includes('\n') || command.length > 2000 ? await this.#script(command) : command
    this.inbox.take()
    this.#idle = false
    this.#tail = ''
    await super.feed(Buffer.from(`${line}\n`), { enter: false, end: false })
    return await this.#answer(patience)
  }

  /** Stops the program where it is. */
  async interrupt(patience: Patience): Promise<Told> {
    if (this.idle) return { text: 'the program does not run', idle: true }
    await super.feed(Buffer.from('\u0003'), { enter: false, end: false })
    return await this.#answer(patience)
  }

  /** Keeps a program's input as a file, and returns its path as the sandbox has it. */
  async keepInput(bytes: Uint8Array): Promise<string> {
    const path = `${debugDirectory}/${this.name}.stdin`
    await this.#sandbox.write(fileSet({ [path]: bytes }))
    return `${workDirectory}/${path}`
  }

  override shown(unread: string): string {
    return plain(unread.replaceAll(this.#prompt, '')).replace(noise, '')
  }

  protected override received(text: string): void {
    this.#tail = (this.#tail + text).slice(-200)
    this.#idle = this.#tail.endsWith(this.#prompt)
  }

  /** Lines that ask for more (`commands`, `python`) have only one prompt as a script. */
  async #script(commands: string): Promise<string> {
    const path = `${debugDirectory}/${this.name}-${++this.#scripts}.gdb`
    await this.#sandbox.write(fileSet({ [path]: `${commands}\n` }))
    return `source ${workDirectory}/${path}`
  }

  async #answer({ timeoutSeconds, quiet = false, signal }: Patience): Promise<Told> {
    const never = Number.POSITIVE_INFINITY
    await this.inbox.wait({
      finder: finderOf(this.#prompt),
      quietSeconds: quiet ? 1 : never,
      firstSeconds: quiet ? 3 : never,
      timeoutSeconds,
      signal,
    })
    const { text, dropped } = this.inbox.take()
    const before = dropped > 0 ? `[${dropped} characters before this were not kept]\n` : ''
    return { text: before + this.shown(text).trimEnd(), idle: this.idle }
  }
}

const startSeconds = 30
/** For commands that only ask. */
export const quick: Patience = { timeoutSeconds: 10 }
