import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { InfrastructureError, messageOf, UsageError } from '../../core/errors.ts'
import { decide } from './decide.ts'
import { play } from './play.ts'
import { type Fault, type Script, type ScriptSource, scriptSchema } from './schema.ts'
import { chatRequestSchema, conversationOf, type Frame } from './wire.ts'

/** A request that the server received. */
export interface ReceivedRequest {
  /** Milliseconds since the server started. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown
}

export interface ScriptedServer extends AsyncDisposable {
  /** Base URL for an OpenAI-compatible client: `http://127.0.0.1:PORT/v1`. */
  readonly url: string
  /** The latest requests, oldest first; at most `keptRequests`. */
  readonly requests: readonly ReceivedRequest[]
  /** All requests since the start. */
  readonly received: number
  /** Stops at once; replies under way are cut. */
  close(): Promise<void>
}

export interface ScriptedOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** How many requests are remembered. Default 1,000. */
  readonly keptRequests?: number
  /** False: the server alone does not keep the process alive. Default true. */
  readonly holdProcess?: boolean
}

const maxRequestBytes = 256 * 1024 ** 2

/**
 * Starts a model that says what its script says: OpenAI chat completions over HTTP on 127.0.0.1, with `GET /v1/models`.
 * Throws `UsageError` for a script that is none, `InfrastructureError` where the port is taken.
 */
export async function startScripted(
  source: ScriptSource,
  { port = 0, keptRequests = 1000, holdProcess = true }: ScriptedOptions = {},
): Promise<ScriptedServer> {
  const parsed = scriptSchema.safeParse(source)
  if (!parsed.success) {
    throw new UsageError('script-broken', `this is no script:\n${z.prettifyError(parsed.error)}`)
  }
  const startedAt = performance.now()
  const requests: ReceivedRequest[] = []
  const stage: Stage = { script: parsed.data, struck: new Map(), received: 0 }
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort(new Error('the client has gone')))
    const receive = async () => {
      const text = await readBody(request)
      const body = jsonOf(text)
      const { method = '', url: path = '', headers } = request
      requests.push({ at: performance.now() - startedAt, method, path, headers, body })
      if (requests.length > keptRequests) requests.shift()
      await answer(stage, { method, path, body, text }, response, gone.signal)
    }
    receive().catch((thrown) => {
      if (!gone.signal.aborted && !response.headersSent) refuse(response, 400, messageOf(thrown))
      else response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (thrown: Error) =>
      reject(
        new InfrastructureError('scripted-server', `no server on port ${port}: ${thrown.message}`, {
          cause: thrown,
        }),
      )
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  if (!holdProcess) server.unref()
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get received() {
      return stage.received
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Stage {
  readonly script: Script
  /** How often a fault has struck, by request digest. */
  readonly struck: Map<string, number>
  received: number
}

interface Call {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly text: string
}

async function answer(
  stage: Stage,
  call: Call,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  stage.received++
  const { script } = stage
  const path = call.path.replace(/\?.*$/, '')
  if (call.method === 'GET' && path === '/v1/models') {
    return sendJson(response, 200, {
      object: 'list',
      data: [{ id: script.model, object: 'model', owned_by: 'script' }],
    })
  }
  if (call.method !== 'POST' || path !== '/v1/chat/completions') {
    return refuse(response, 404, `there is no ${call.method} ${path} here; ask POST /v1/chat/completions`)
  }
  const parsed = chatRequestSchema.safeParse(call.body)
  if (!parsed.success)
    return refuse(response, 400, `no chat completion request: ${z.prettifyError(parsed.error)}`)
  const conversation = conversationOf(parsed.data)
  const reply = decide(script, conversation)
  if (!reply)
    return refuse(response, 400, `the script has no reply for turn ${conversation.turn} of this conversation`)
  const frame: Frame = {
    id: `chatcmpl-${stage.received}`,
    model: parsed.data.model || script.model,
    turn: conversation.turn,
    requestCharacters: call.text.length,
  }
  await play(
    response,
    reply,
    faultNow(stage, reply.fault, call.text),
    frame,
    parsed.data.stream === true,
    signal,
  )
}

/** The fault, as long as it has not struck this very request often enough. */
function faultNow(stage: Stage, fault: Fault | undefined, text: string): Fault | undefined {
  if (fault?.times === undefined) return fault
  const digest = createHash('sha256').update(text).digest('hex')
  const struck = stage.struck.get(digest) ?? 0
  stage.struck.set(digest, struck + 1)
  return struck < fault.times ? fault : undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > maxRequestBytes) throw new Error(`the request has more than ${maxRequestBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { error: { message, type: 'invalid_request_error', param: null, code: null } })
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
