import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox, Terminal } from '../core/sandbox.ts'
import { floodBytes, type Watch } from './command.ts'
import { type End, exitOf } from './end.ts'

export type TerminalOptions = NonNullable<Parameters<Sandbox['terminal']>[1]>

/** Starts the chain on a pseudo-terminal. Only terminals need the emulator and the native module: loaded when used. */
export async function openTerminal(
  argv: readonly string[],
  watch: Watch,
  options: TerminalOptions & { readonly outputBytes: number },
): Promise<PseudoTerminal> {
  const [{ spawn }, headless] = await Promise.all([import('node-pty'), import('@xterm/headless')])
  const size = { cols: options.columns ?? 80, rows: options.rows ?? 24 }
  const [file = '', ...rest] = argv
  const child = spawn(file, rest, { ...size, name: 'xterm-256color', cwd: '/', env: {} })
  const screen = new headless.default.Terminal({ ...size, allowProposedApi: true, scrollback: 0 })
  return new PseudoTerminal(child, screen, watch, options)
}

type Child = import('node-pty').IPty
type Screen = import('@xterm/headless').Terminal

class PseudoTerminal implements Terminal {
  readonly finished: Promise<End>
  readonly #child: Child
  readonly #screen: Screen
  readonly #watch: Watch
  readonly #keep: number
  #unread = ''
  #total = 0
  #ended = false
  #wake: (() => void)[] = []

  constructor(
    child: Child,
    screen: Screen,
    watch: Watch,
    options: TerminalOptions & { readonly outputBytes: number },
  ) {
    this.#child = child
    this.#screen = screen
    this.#watch = watch
    this.#keep = options.outputBytes
    // The emulator answers what programs ask a terminal: where the cursor is, what it can do.
    screen.onData((answer) => this.write(answer))
    child.onData((text) => this.#take(text))
    this.finished = new Promise((resolve) => {
      child.onExit(({ exitCode, signal }) => resolve(signal ? exitOf(128 + signal) : exitOf(exitCode)))
    })
    const timer = setTimeout(() => this.kill(), (options.timeoutSeconds ?? 60) * 1000)
    const watcher = setInterval(() => watch.exceeded() && this.kill(), 100)
    const abort = () => this.kill()
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    this.finished.then(() => {
      clearTimeout(timer)
      clearInterval(watcher)
      options.signal?.removeEventListener('abort', abort)
      this.#ended = true
      this.#notify()
    })
  }

  write(data: string): void {
    if (!this.#ended) this.#child.write(data)
  }

  resize(columns: number, rows: number): void {
    if (!this.#ended) this.#child.resize(columns, rows)
    this.#screen.resize(columns, rows)
  }

  async read(options: { until?: RegExp; quietSeconds?: number; timeoutSeconds?: number } = {}) {
    const { until, quietSeconds = until ? Number.POSITIVE_INFINITY : 0.2, timeoutSeconds = 10 } = options
    // A pattern with the g or y flag would remember where it stopped.
    const pattern = until && new RegExp(until.source, until.flags.replace(/[gy]/g, ''))
    const deadline = performance.now() + timeoutSeconds * 1000
    let matched = false
    for (;;) {
      matched = pattern?.test(this.#unread) ?? false
      const left = Math.min(deadline - performance.now(), quietSeconds * 1000)
      if (matched || this.#ended || left <= 0) break
      const before = this.#total
      await this.#change(left)
      const quiet = this.#total === before && !this.#ended
      if (quiet && left < deadline - performance.now()) break
    }
    await new Promise<void>((resolve) => this.#screen.write('', resolve))
    const text = this.#unread
    this.#unread = ''
    return { text, matched, ended: this.#ended }
  }

  screen(): string {
    const { active } = this.#screen.buffer
    const lines = Array.from(
      { length: this.#screen.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    )
    return lines.join('\n').trimEnd()
  }

  kill(): void {
    if (this.#ended) return
    try {
      this.#child.kill('SIGKILL')
    } catch {
      // Ended meanwhile.
    }
    this.#watch.killRest()
  }

  #take(text: string): void {
    this.#total += text.length
    this.#unread = (this.#unread + text).slice(-this.#keep)
    this.#screen.write(text)
    if (this.#total > floodBytes(this.#keep)) this.kill()
    this.#notify()
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  /** Waits for output or the end, at most so long. */
  async #change(milliseconds: number): Promise<void> {
    const over = new AbortController()
    await Promise.race([
      new Promise<void>((resolve) => this.#wake.push(resolve)),
      sleep(milliseconds, undefined, { signal: over.signal }).catch(() => {}),
    ])
    over.abort()
  }
}
