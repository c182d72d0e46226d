import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { InfrastructureError, LimitReached } from '../core/errors.ts'
import type { ModelRequest } from '../core/model.ts'
import { openModel } from './open.ts'
import type { ModelOptions, OpenedModel } from './options.ts'
import type { ScriptSource } from './scripted/schema.ts'
import { type ScriptedServer, startScripted } from './scripted/server.ts'

const closing: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each[Symbol.asyncDispose]()
})

async function play(
  script: ScriptSource,
  options: ModelOptions = {},
): Promise<{ model: OpenedModel; server: ScriptedServer }> {
  const server = await startScripted(script)
  const model = await openModel(`${server.url}#scripted`, {
    backoffBaseMs: 5,
    retries: 2,
    env: {},
    ...options,
  })
  closing.push(server, model)
  return { model, server }
}

function saying(text: string): ModelRequest {
  return { messages: [{ role: 'user', text }] }
}

async function failureOf(work: Promise<unknown>): Promise<InfrastructureError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(thrown).toBeInstanceOf(InfrastructureError)
  return thrown as InfrastructureError
}

describe('faults that pass', () => {
  it.each([
    ['429', { kind: 'status', status: 429, times: 2 }],
    ['500', { kind: 'status', status: 500, times: 2 }],
    ['529', { kind: 'status', status: 529, times: 2 }],
    ['408', { kind: 'status', status: 408, times: 2 }],
    ['broken JSON', { kind: 'broken-json', times: 2 }],
    ['a connection cut before the headers are read', { kind: 'cut', afterBytes: 0, times: 2 }],
    ['a connection cut in the middle', { kind: 'cut', afterBytes: 300, times: 2 }],
  ] as const)('are tried again: %s', async (_, fault) => {
    const { model, server } = await play({ turns: [{ text: 'at last', fault }] })
    expect(await model.generate(saying('x'))).toMatchObject({ message: { text: 'at last' }, attempts: 3 })
    expect(server.received).toBe(3)
  })

  it('are tried again: a reply that takes too long', async () => {
    const fault = { kind: 'slow', firstByteMs: 60_000, times: 1 } as const
    const { model } = await play({ turns: [{ text: 'quick', fault }] }, { timeoutSeconds: 1.5 })
    expect(await model.generate(saying('x'))).toMatchObject({ message: { text: 'quick' }, attempts: 2 })
  })

  it('are tried again: a reply that drips too slowly to end in time', async () => {
    const fault = { kind: 'slow', betweenMs: 20, pieceBytes: 1, times: 1 } as const
    const { model } = await play({ turns: [{ text: 'quick', fault }] }, { timeoutSeconds: 1.5 })
    expect(await model.generate(saying('x'))).toMatchObject({ message: { text: 'quick' }, attempts: 2 })
  })

  it('make no difference to a slow but steady reply', async () => {
    const fault = { kind: 'slow', firstByteMs: 100, betweenMs: 1, pieceBytes: 16 } as const
    const { model } = await play({ turns: [{ text: 'slow and steady', fault }] })
    expect(await model.generate(saying('x'))).toMatchObject({
      message: { text: 'slow and steady' },
      attempts: 1,
    })
  })
})

describe('faults that stay', () => {
  it.each([
    ['500', { kind: 'status', status: 500, message: 'out of order' }, 60, /after 3 tries: 500: out of order/],
    ['broken JSON', { kind: 'broken-json' }, 60, /after 3 tries/],
    ['a cut connection', { kind: 'cut', afterBytes: 300 }, 60, /after 3 tries/],
    ['silence', { kind: 'slow', firstByteMs: 60_000 }, 0.2, /no complete reply within 0.2 s/],
  ] as const)('make the model unavailable: %s', async (_, fault, timeoutSeconds, message) => {
    const { model } = await play({ turns: [{ fault }] }, { timeoutSeconds })
    const failure = await failureOf(model.generate(saying('x')))
    expect(failure.code).toBe('model-unavailable')
    expect(failure.retryable).toBe(true)
    expect(failure.message).toMatch(message)
    expect(failure.message).toContain(model.name)
  })

  it('make the model unavailable: nobody listens', async () => {
    const { model, server } = await play({ otherwise: {} })
    await server.close()
    const failure = await failureOf(model.generate(saying('x')))
    expect(failure.code).toBe('model-unavailable')
    expect(failure.message).toContain('ECONNREFUSED')
  })

  it.each([
    [401, 'bad key', undefined, 'model-key', /check that it is valid/],
    [403, 'not yours', undefined, 'model-key', /may use this model/],
    [404, 'no such model', undefined, 'model-unknown', /Check the model's name/],
    [400, 'tools[0] is wrong', undefined, 'model-request', /tools\[0\] is wrong/],
    [
      400,
      "This model's maximum context length is 8192 tokens",
      'context_length_exceeded',
      'context-length-exceeded',
      /shorten/,
    ],
    [413, 'too big', undefined, 'context-length-exceeded', /shorten/],
    [429, 'You exceeded your current quota', 'insufficient_quota', 'model-quota', /raise it/],
    [402, 'pay', undefined, 'model-quota', /raise it/],
  ] as const)(
    'are not tried again where that cannot help: %i %s',
    async (status, message, code, expected, advice) => {
      const fault = { kind: 'status', status, message, ...(code ? { code } : {}) } as const
      const { model, server } = await play({ turns: [{ fault }] })
      const failure = await failureOf(model.generate(saying('x')))
      expect(failure).toMatchObject({ code: expected, retryable: false })
      expect(failure.message).toContain(message)
      expect(failure.message).toMatch(advice)
      expect(server.received).toBe(1)
    },
  )
})

describe('an endless reply', () => {
  it('is ended at the limit on characters, as too long', async () => {
    const { model } = await play({ turns: [{ fault: { kind: 'endless' } }] }, { maxReplyCharacters: 10_000 })
    const reply = await model.generate(saying('x'))
    expect(reply.finish).toBe('length')
    expect(reply.message.text.length).toBeGreaterThan(10_000)
    expect(reply.message.text.length).toBeLessThan(11_000)
    expect(reply.usage.outputTokens).toBeGreaterThan(2_400)
  })

  it.each([
    ['in many events', `data: {"choices":[{"delta":{"content":"${'and so on '.repeat(100)}"}}]}\n\n`, 10_000],
    [
      'in one tool call',
      'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"x","arguments":"[[[["}}]}}]}\n\n',
      0,
    ],
    ['in one event', 'and so on '.repeat(10_000), 0],
  ])('is ended and its connection closed: %s', async (_, piece, characters) => {
    let closed: Promise<unknown> | undefined
    const endless = createServer((request, response) => {
      request.resume()
      closed = once(response, 'close')
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const flood = () => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', flood)
      flood()
    })
    closing.push(await listening(endless))
    const { port } = endless.address() as AddressInfo
    const options = { retries: 0, timeoutSeconds: 60, maxReplyCharacters: 10_000, env: {} }
    await using model = await openModel(`http://127.0.0.1:${port}/v1#m`, options)
    const reply = await model.generate(saying('x'))
    await closed
    expect(reply.finish).toBe('length')
    expect(reply.message.text.length).toBeGreaterThanOrEqual(characters)
  })
})

describe('Retry-After', () => {
  it('makes all requests of the model wait, not only the one that was told', async () => {
    const fault = { kind: 'status', status: 429, retryAfterSeconds: 1, times: 1 } as const
    const { model, server } = await play(
      { rules: [{ when: { last: 'first' }, reply: { text: 'ok', fault } }], otherwise: { text: 'ok' } },
      { concurrency: 1 },
    )
    await Promise.all(['first', 'a', 'b', 'c'].map((text) => model.generate(saying(text))))
    const [told, ...others] = server.requests.map((request) => request.at)
    expect(others).toHaveLength(4)
    for (const at of others) expect(at - told!).toBeGreaterThan(950)
  })

  it('is not obeyed beyond the cap', async () => {
    const fault = { kind: 'status', status: 429, retryAfterSeconds: 86_400, times: 1 } as const
    const { model } = await play({ turns: [{ text: 'ok', fault }] }, { retryAfterCapMs: 50 })
    const reply = await model.generate(saying('x'))
    expect(reply.attempts).toBe(2)
    expect(reply.seconds).toBeLessThan(10)
  })
})

describe('an abort', () => {
  const limit = new LimitReached('wall', 'time is up')

  it.each([
    ['while the reply is awaited', { kind: 'slow', firstByteMs: 60_000 }, {}],
    ['while the reply comes', { kind: 'slow', betweenMs: 60_000, pieceBytes: 50 }, {}],
    ['during backoff', { kind: 'status', status: 500 }, { backoffBaseMs: 1e9, backoffCapMs: 1e9 }],
    [
      'during a pause that the provider asked for',
      { kind: 'status', status: 429, retryAfterSeconds: 100 },
      {},
    ],
  ] as const)('%s ends the request at once, with its reason', async (_, fault, options) => {
    const { model, server } = await play({ turns: [{ fault }] }, options)
    const controller = new AbortController()
    const work = model.generate(saying('x'), controller.signal)
    work.catch(() => {})
    while (server.received < 1) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const abortedAt = performance.now()
    controller.abort(limit)
    await expect(work).rejects.toBe(limit)
    expect(performance.now() - abortedAt).toBeLessThan(500)
  })

  it('of a queued request does not wait for its turn', async () => {
    const fault = { kind: 'slow', firstByteMs: 60_000 } as const
    const { model } = await play({ turns: [{ fault }] }, { concurrency: 1 })
    const controller = new AbortController()
    const works = [
      model.generate(saying('x'), controller.signal),
      model.generate(saying('y'), controller.signal),
    ]
    setTimeout(() => controller.abort(limit), 100)
    const results = await Promise.allSettled(works)
    expect(results).toMatchObject([{ reason: limit }, { reason: limit }])
  })

  it('before the request sends nothing', async () => {
    const { model, server } = await play({ otherwise: {} })
    await expect(model.generate(saying('x'), AbortSignal.abort(limit))).rejects.toBe(limit)
    expect(server.received).toBe(0)
  })

  it('leaves nothing that keeps the process alive', async () => {
    const { server } = await play({
      rules: [
        { when: { last: 'wait' }, reply: { fault: { kind: 'slow', firstByteMs: 60_000 } } },
        { reply: { fault: { kind: 'status', status: 500 } } },
      ],
    })
    const program = `
      import { openModel } from ${JSON.stringify(new URL('open.ts', import.meta.url).href)}
      const model = await openModel(${JSON.stringify(`${server.url}#m`)}, { backoffBaseMs: 1e9, backoffCapMs: 1e9, env: {} })
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('enough')), 300)
      const ask = (text) => model.generate({ messages: [{ role: 'user', text }] }, controller.signal)
      const ends = await Promise.allSettled([ask('wait'), ask('fail')])
      console.log(ends.map((end) => end.reason.message).join())
      globalThis.ended = performance.now()
      process.on('exit', () => console.log(performance.now() - globalThis.ended < 2000 ? 'gone' : 'lingered'))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    await once(child, 'close')
    expect(output).toBe('enough,enough\ngone\n')
  })
})

async function listening(server: Server): Promise<AsyncDisposable> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
