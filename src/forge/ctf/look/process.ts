import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import type { Running, Sandbox } from '../../../core/sandbox.ts'
import { placeOf } from './place.ts'
import { type Answer, answers, mostLine, parcelFile, type Request } from './protocol.ts'

/** A looker died, hung, ran out of time, or said what makes no sense. */
export class Lost extends Error {}

/** The challenge itself is why there is no answer. */
export class Failed extends Error {}

/** One looker: a sandbox with the program in it, that is asked one thing at a time. Once it is lost it answers no more. */
export class Looker implements AsyncDisposable {
  readonly #sandbox: Sandbox
  readonly #running: Running
  readonly #lines: AsyncGenerator<string>

  private constructor(sandbox: Sandbox, running: Running) {
    this.#sandbox = sandbox
    this.#running = running
    this.#lines = linesOf(running.stdout)
  }

  /** Throws `InfrastructureError` where the program does not come up or cannot see the raw material. */
  static async open(lab: Lab, root: string): Promise<Looker> {
    const { spec, command } = placeOf(root)
    const sandbox = await lab.open(spec)
    try {
      const running = await sandbox.start(command, { timeoutSeconds: 7 * 24 * 3600, signal: lab.signal })
      const looker = new Looker(sandbox, running)
      const { readable } = await looker.ask({ do: 'hello' }, 60)
      if (!readable)
        throw new InfrastructureError(
          'look-unreadable',
          `${root} cannot be read in a sandbox, which is another user; type: chmod -R go+rX ${root}`,
          { retryable: false },
        )
      return looker
    } catch (thrown) {
      await Promise.resolve(sandbox[Symbol.asyncDispose]()).catch(() => {})
      if (thrown instanceof InfrastructureError) throw thrown
      throw new InfrastructureError(
        'look-unavailable',
        `the program that looks at challenges does not run in a sandbox: ${messageOf(thrown)}; run touchstone doctor`,
        { cause: thrown },
      )
    }
  }

  /** Throws `Failed` for what the program could not do, and `Lost`, with what became of it. */
  async ask<Do extends Request['do']>(
    request: Extract<Request, { do: Do }>,
    seconds: number,
  ): Promise<Answer<Do>> {
    await this.#running.write(`${JSON.stringify(request)}\n`)
    const line = await this.#next(seconds)
    const parsed = answers[request.do].safeParse(jsonOf(line))
    if (!parsed.success)
      throw new Lost(
        `it said what makes no sense: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`,
      )
    if ('error' in parsed.data)
      throw parsed.data.late ? new Lost(parsed.data.error) : new Failed(parsed.data.error)
    return parsed.data as Answer<Do>
  }

  /** What it extracted last. */
  async parcel(bytes: number): Promise<Uint8Array> {
    const found = await this.#sandbox.read(parcelFile, { maxBytes: Math.max(1, bytes) })
    if (found?.length !== bytes) throw new Lost('what it extracted is not what it said')
    return found
  }

  async #next(seconds: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Lost(`it took longer than ${seconds} seconds`)), seconds * 1000)
    })
    try {
      const step = await Promise.race([this.#lines.next(), late])
      if (!step.done) return step.value
      throw new Lost(await this.#end())
    } finally {
      clearTimeout(timer)
    }
  }

  async #end(): Promise<string> {
    const { limit, signal, exitCode, stderr } = await this.#running.finished
    const said = Buffer.from(stderr).toString('utf8').trim().split('\n').slice(0, 6).join(' ').slice(0, 400)
    const how = limit ? `it reached its limit of ${limit}` : `it ended with ${signal ?? exitCode}`
    return said === '' ? how : `${how}: ${said}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#running.kill()
    await this.#sandbox[Symbol.asyncDispose]()
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk)
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
      rest = rest.subarray(end + 1)
      parts = []
      size = 0
    }
    parts.push(rest)
    size += rest.length
    if (size > mostLine) throw new Lost(`it said more than ${mostLine} bytes`)
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
