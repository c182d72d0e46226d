import { z } from 'zod'
import type { Lab } from '../../core/domain.ts'
import type { Action, ActionTable, Environment, Observation, Rating } from '../../core/environment.ts'
import { LimitReached, UsageError } from '../../core/errors.ts'
import { checkPath, fileSet, textOf } from '../../core/files.ts'
import type { Finished, Sandbox } from '../../core/sandbox.ts'
import type { Submission } from '../../core/submission.ts'
import type { Brief } from '../../core/task.ts'
import { logOf } from './design.ts'
import { hasFailed, officialFlags, requireTool } from './icarus.ts'
import { portsInBrief } from './interface.ts'
import { answerPath, topModule } from './key.ts'
import { portsOf } from './modules.ts'
import { tokenize } from './tokens.ts'

const compileSeconds = 30
const simulateSeconds = 30
/** What of a command's output fits an observation, in characters. */
const shownCharacters = 6000

const action = <Input extends z.ZodObject>(description: string, input: Input) =>
  ({ description, input }) satisfies Action
const actions = {
  write: action(
    'Writes a file in the work directory, replacing what was there.',
    z.object({ path: z.string(), text: z.string() }),
  ),
  read: action('Shows a file of the work directory.', z.object({ path: z.string() })),
  lint: action(
    `Compiles ${answerPath} alone with all warnings and shows what the compiler says.`,
    z.object({}),
  ),
  simulate: action(
    `Compiles ${answerPath} with your own testbench and runs it for at most ${simulateSeconds} s. Give the testbench as text, or as the path of a file that you wrote; it instantiates ${topModule}, prints with $display and ends with $finish.`,
    z.object({
      testbench: z.string().describe('SystemVerilog text, or the path of a file in the work directory'),
      top: z.string().optional().describe("the testbench's module; found by itself where absent"),
    }),
  ),
} satisfies ActionTable

/** Opens a task for an agent: a sandbox with the brief's files, and Icarus Verilog in it. */
export async function open(brief: Brief, lab: Lab): Promise<Environment> {
  const sandbox = await lab.open({ name: 'hardware', files: brief.files, limits: brief.limits.sandbox })
  return new HardwareEnvironment(brief, sandbox)
}

class HardwareEnvironment implements Environment {
  readonly brief: Brief
  readonly actions: ActionTable = actions
  readonly #sandbox: Sandbox

  constructor(brief: Brief, sandbox: Sandbox) {
    this.brief = brief
    this.#sandbox = sandbox
  }

  async act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation> {
    if (!Object.hasOwn(actions, name))
      return failure(`there is no action "${name}"; there are ${Object.keys(actions).join(', ')}`)
    const parsed = actions[name as keyof typeof actions].input.safeParse(input)
    if (!parsed.success) return failure(`the input of ${name} is wrong: ${z.prettifyError(parsed.error)}`)
    try {
      if (name === 'write') return await this.#write(actions.write.input.parse(input))
      if (name === 'read') return await this.#read(actions.read.input.parse(input))
      if (name === 'lint') return await this.#lint(signal)
      return await this.#simulate(actions.simulate.input.parse(input), signal)
    } catch (thrown) {
      // A path or a size that the sandbox refuses is the agent's to correct.
      if (thrown instanceof UsageError) return failure(thrown.message)
      throw thrown
    }
  }

  async place(submission: Submission): Promise<void> {
    if (submission.kind !== 'files')
      throw new UsageError('wrong-answer-kind', `a hardware answer is the file ${answerPath}, not a text`)
    await this.#sandbox.write(submission.files)
  }

  async collect(): Promise<Submission> {
    const files = new Map<string, Uint8Array>()
    if (this.brief.answer.kind === 'files') {
      for (const path of this.brief.answer.paths) {
        const bytes = await this.#sandbox.read(path)
        if (bytes !== undefined) files.set(path, bytes)
      }
    }
    return { kind: 'files', files }
  }

  /** Compiles at all, has the ports of the brief, few warnings: in that order. */
  async rate(candidate: Submission, signal?: AbortSignal): Promise<Rating> {
    const text = candidate.kind === 'files' ? textOf(candidate.files, answerPath) : undefined
    if (text === undefined) return { score: 0, why: `there is no ${answerPath}` }
    const { run, log } = await this.#compile(text, signal)
    if (hasFailed(run, log)) return { score: 0.1, why: `it does not compile: ${firstError(log)}` }
    const wanted = portsInBrief(this.brief.instructions, topModule)
    const has = portsOf(tokenize(text).tokens, topModule) ?? new Map()
    const missing = [...wanted].filter(([name, direction]) => has.get(name) !== direction)
    if (missing.length > 0)
      return { score: 0.3, why: `its ports are not the brief's: ${missing.map(([name]) => name).join(', ')}` }
    const warnings = log.split('\n').filter((line) => line.includes('warning:')).length
    return {
      score: 0.5 + 0.5 / (1 + warnings),
      why:
        warnings === 0
          ? 'it compiles cleanly with the ports of the brief'
          : `it compiles with ${warnings} warnings`,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]()
  }

  async #write({ path, text }: { path: string; text: string }): Promise<Observation> {
    await this.#sandbox.write(fileSet({ [path]: text }))
    return { ok: true, text: `wrote ${path}, ${text.split('\n').length} lines` }
  }

  async #read({ path }: { path: string }): Promise<Observation> {
    const bytes = await this.#sandbox.read(checkPath(path))
    if (bytes === undefined)
      return failure(
        `there is no file ${path}; there are: ${(await this.#sandbox.list()).slice(0, 50).join(', ') || 'none'}`,
      )
    return { ok: true, text: cut(new TextDecoder().decode(bytes)) }
  }

  async #lint(signal?: AbortSignal): Promise<Observation> {
    const bytes = await this.#sandbox.read(answerPath)
    if (bytes === undefined) return failure(`there is no ${answerPath} yet; write it first`)
    const { run, log } = await this.#compile(new TextDecoder().decode(bytes), signal)
    if (run.timedOut)
      return failure(
        `compiling takes more than ${compileSeconds} s: look for endless generate loops or recursion`,
      )
    if (hasFailed(run, log)) return failure(cut(log.trim() || 'the compiler failed without a message'))
    return { ok: true, text: cut(log.trim() || `${answerPath} compiles without warnings`) }
  }

  /** Compiles a text under the answer's name in a directory of its own, so that a candidate does not replace the answer. */
  async #compile(text: string, signal?: AbortSignal): Promise<{ run: Finished; log: string }> {
    await this.#sandbox.write(fileSet({ [`.lint/${answerPath}`]: text }))
    return this.#run(
      ['iverilog', ...officialFlags, '-s', topModule, '-t', 'null', answerPath],
      compileSeconds,
      '.lint',
      signal,
    )
  }

  async #simulate(
    { testbench, top }: { testbench: string; top?: string | undefined },
    signal?: AbortSignal,
  ): Promise<Observation> {
    const isText = /\bmodule\b/.test(testbench)
    const text = isText ? testbench : await this.#textAt(testbench)
    if (text === undefined)
      return failure(
        `there is no file ${testbench}; give the testbench's text or the path of a file that you wrote`,
      )
    if ((await this.#sandbox.read(answerPath)) === undefined)
      return failure(`there is no ${answerPath} yet; write it first`)
    const root = top ?? topOf(text)
    if (root === undefined) return failure('the testbench declares no module')
    if (isText) await this.#sandbox.write(fileSet({ '.simulate/testbench.sv': text }))
    const bench = isText ? '.simulate/testbench.sv' : checkPath(testbench)
    const compiled = await this.#run(
      ['iverilog', ...officialFlags, '-s', root, '-o', 'simulation.vvp', answerPath, bench],
      compileSeconds,
      '.',
      signal,
    )
    if (compiled.run.timedOut) return failure(`compiling takes more than ${compileSeconds} s`)
    if (hasFailed(compiled.run, compiled.log))
      return failure(cut(`it does not compile:\n${compiled.log.trim()}`))
    const { run, log } = await this.#run(['vvp', '-n', 'simulation.vvp'], simulateSeconds, '.', signal)
    if (run.timedOut)
      return failure(
        cut(
          `${log}\nthe simulation did not end within ${simulateSeconds} s: does the testbench call $finish?`,
        ),
      )
    return { ok: run.exitCode === 0, text: cut(log.trim() || 'the simulation ended and printed nothing') }
  }

  async #textAt(path: string): Promise<string | undefined> {
    const bytes = await this.#sandbox.read(checkPath(path))
    return bytes && new TextDecoder().decode(bytes)
  }

  async #run(argv: readonly string[], timeoutSeconds: number, cwd: string, signal?: AbortSignal) {
    const run = await this.#sandbox.exec(argv, { timeoutSeconds, cwd, ...(signal ? { signal } : {}) })
    signal?.throwIfAborted()
    const log = logOf(run.stdout, run.stderr)
    if (run.limit !== null && run.limit !== 'output' && !run.timedOut)
      throw new LimitReached(run.limit, `${argv[0]} ran into the sandbox's limit on ${run.limit}`)
    await requireTool(this.#sandbox, run)
    return { run, log }
  }
}

function failure(text: string): Observation {
  return { ok: false, text }
}

/** The beginning and the end: errors stand at the one, results at the other. */
function cut(text: string): string {
  if (text.length <= shownCharacters) return text
  const half = shownCharacters / 2
  return `${text.slice(0, half)}\n[… ${text.length - shownCharacters} characters left out …]\n${text.slice(-half)}`
}

function firstError(log: string): string {
  return (
    log
      .split('\n')
      .find((line) => line.includes('error'))
      ?.slice(0, 200) ?? 'no reason given'
  )
}

/** The module that no other one instantiates is likely the last one declared. */
function topOf(text: string): string | undefined {
  const { tokens } = tokenize(text)
  const named = tokens.filter((token, index) => token.kind === 'name' && tokens[index - 1]?.text === 'module')
  const names = named.map((token) => token.text)
  const used = (name: string) =>
    tokens.filter((token) => token.kind === 'name' && token.text === name).length > 1
  return names.findLast((name) => !used(name)) ?? names.at(-1)
}
