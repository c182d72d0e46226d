import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { UsageError } from '../core/errors.ts'
import type { Message, ModelRequest } from '../core/model.ts'
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
  const model = await openModel(`${server.url}#scripted`, { backoffBaseMs: 5, env: {}, ...options })
  closing.push(server, model)
  return { model, server }
}

function saying(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { messages: [{ role: 'user', text }], ...more }
}

const tools = [
  {
    name: 'write',
    description: 'Writes a file.',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
]

describe('a model behind an OpenAI-compatible server', () => {
  it('answers with text, finish, usage, and no cost where no price is known', async () => {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 64, reasoningTokens: 5 }
    const { model, server } = await play({ turns: [{ text: 'Guten Tag', reasoning: 'polite', usage }] })
    const reply = await model.generate(
      saying('hello', { system: 'Be brief.', temperature: 0.5, maxOutputTokens: 9 }),
    )
    expect(reply).toMatchObject({
      message: { role: 'assistant', text: 'Guten Tag', reasoning: 'polite' },
      finish: 'stop',
      usage,
      costUsd: null,
      cached: false,
      attempts: 1,
    })
    expect(server.requests[0]?.body).toMatchObject({
      model: 'scripted',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.5,
      max_tokens: 9,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hello' },
      ],
    })
  })

  it('hands out tool calls without running them, and sends calls and results back', async () => {
    const { model, server } = await play({
      turns: [
        {
          text: 'Writing.',
          toolCalls: [
            { name: 'write', input: { path: 'a.v' }, callId: 'one' },
            { name: 'write', input: { path: 'b.v' }, callId: 'two' },
          ],
        },
        { text: 'Done.' },
      ],
    })
    const first = await model.generate(saying('go', { tools }))
    expect(first.finish).toBe('tool-calls')
    expect(first.message.toolCalls).toEqual([
      { callId: 'one', name: 'write', input: { path: 'a.v' } },
      { callId: 'two', name: 'write', input: { path: 'b.v' } },
    ])
    const messages: Message[] = [
      { role: 'user', text: 'go' },
      first.message,
      { role: 'tool', callId: 'one', name: 'write', text: 'written', ok: true },
      { role: 'tool', callId: 'two', name: 'write', text: 'disk full', ok: false },
    ]
    const second = await model.generate({ messages, tools })
    expect(second.message.text).toBe('Done.')
    expect(server.requests[0]?.body).toMatchObject({
      tools: [{ type: 'function', function: { name: 'write', description: 'Writes a file.' } }],
    })
    expect(server.requests[1]?.body).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: 'Writing.',
          tool_calls: [
            { id: 'one', function: { name: 'write', arguments: '{"path":"a.v"}' } },
            { id: 'two', function: { name: 'write', arguments: '{"path":"b.v"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'one', content: 'written' },
        { role: 'tool', tool_call_id: 'two', content: 'disk full' },
      ],
    })
  })

  it('passes broken tool input on as the string it is, and sends it back as an object', async () => {
    const { model, server } = await play({
      turns: [
        {
          toolCalls: [
            { name: 'a tool!', input: '{"path": "a' },
            { name: 'write', input: '' },
          ],
        },
        { text: 'Sorry.' },
      ],
    })
    const first = await model.generate(saying('go', { tools }))
    expect(first.message.toolCalls).toMatchObject([{ name: 'a tool!', input: '{"path": "a' }, { input: {} }])
    await model.generate({ messages: [{ role: 'user', text: 'go' }, first.message], tools })
    expect(server.requests[1]?.body).toMatchObject({
      messages: [
        {},
        {
          tool_calls: [
            { function: { name: 'a_tool_', arguments: '{"invalid":"{\\"path\\": \\"a"}' } },
            { function: { arguments: '{}' } },
          ],
        },
      ],
    })
  })

  it('reads a reply of 2 MB, and one whose characters are torn apart on the way', async () => {
    const long = 'Zürich 🚡 '.repeat(200_000)
    const torn = 'naïve 日本語 🧪👩‍🔬 Ω'
    const { model } = await play({
      rules: [
        { when: { last: 'long' }, reply: { text: long } },
        { reply: { text: torn, fault: { kind: 'slow', pieceBytes: 1 } } },
      ],
    })
    expect((await model.generate(saying('long'))).message.text).toBe(long)
    expect((await model.generate(saying('torn'))).message.text).toBe(torn)
  })

  it('sends text that was cut inside a character as valid Unicode', async () => {
    const { model, server } = await play({ otherwise: { text: 'ok' } })
    await model.generate(saying('🧪'.slice(0, 1)))
    expect(server.requests[0]?.body).toMatchObject({ messages: [{ content: '\uFFFD' }] })
  })

  it('counts tokens itself where the server reports none: a limit on tokens must hold', async () => {
    const { model } = await play({ turns: [{ text: 'x'.repeat(400), usage: null }] })
    const { usage } = await model.generate(saying('y'.repeat(4000)))
    expect(usage.outputTokens).toBe(100)
    expect(usage.inputTokens).toBeGreaterThanOrEqual(1000)
  })

  it('speaks to OpenAI chat completions through the OpenAI provider, with the key and the price', async () => {
    const usage = {
      inputTokens: 1_000_000,
      outputTokens: 100_000,
      cachedInputTokens: 400_000,
      reasoningTokens: 0,
    }
    const { server } = await play({ turns: [{ text: 'hi', usage }] })
    await using model = await openModel('openai/gpt-4.1', {
      baseUrl: server.url,
      openaiApi: 'chat',
      env: { OPENAI_API_KEY: 'sk-test' },
      headers: { 'x-team': 'touchstone' },
    })
    const reply = await model.generate(saying('hello'))
    expect(reply.message.text).toBe('hi')
    expect(reply.costUsd).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 0.1 * 8, 10)
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer sk-test',
      'x-team': 'touchstone',
    })
  })

  it('has no more requests under way than allowed', async () => {
    const { model, server } = await play(
      { otherwise: { text: 'ok', fault: { kind: 'slow', firstByteMs: 60 } } },
      { concurrency: 2 },
    )
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: 6 }, (_, index) => model.generate(saying(`${index}`))))
    expect(performance.now() - startedAt).toBeGreaterThan(3 * 60 - 5)
    // A third request never comes while two of its three predecessors are unanswered.
    const times = server.requests.map((request) => request.at)
    for (let at = 2; at < times.length; at++) expect(times[at]! - times[at - 2]!).toBeGreaterThan(50)
  })
})

describe('scripted/PATH', () => {
  it('plays a JSON script and a module, at the price that the script names', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'touchstone-script-'))
    try {
      const usage = { inputTokens: 500_000, outputTokens: 100_000 }
      const json = join(directory, 'a.json')
      const module = join(directory, 'a.mjs')
      const script = { price: { input: 2, output: 10 }, turns: [{ text: 'from a script', usage }] }
      await writeFile(json, JSON.stringify(script))
      await writeFile(module, `export default ${JSON.stringify({ turns: [{ text: 'from a module' }] })}`)
      await using first = await openModel(`scripted/${json}`)
      await using second = await openModel(`scripted/${module}`)
      expect(first.name).toBe(`scripted/${json}`)
      expect(await first.generate(saying('x'))).toMatchObject({
        costUsd: 2,
        message: { text: 'from a script' },
      })
      expect(await second.generate(saying('x'))).toMatchObject({
        costUsd: 0,
        message: { text: 'from a module' },
      })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it.each([
    ['missing', undefined, /cannot be read/],
    ['not JSON', '{', /is broken/],
    ['not a script', '{"turns":[{"test":"x"}]}', /turns\[0\]/],
    ['empty', '{}', /needs rules, turns or otherwise/],
    ['with a bad pattern', '{"rules":[{"when":{"last":"("},"reply":{}}]}', /regular expression/],
  ])('refuses a script that is %s', async (_, content, message) => {
    const directory = await mkdtemp(join(tmpdir(), 'touchstone-script-'))
    try {
      const path = join(directory, 'script.json')
      if (content !== undefined) await writeFile(path, content)
      const opening = openModel(`scripted/${path}`)
      await expect(opening).rejects.toThrow(UsageError)
      await expect(opening).rejects.toThrow(message)
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

describe('options', () => {
  it.each([{ concurrency: 0 }, { retries: -1 }, { timeoutSeconds: 0 }, { maxReplyCharacters: 1.5 }])(
    'refuses %j',
    async (options) => {
      await expect(openModel('http://127.0.0.1:1/v1#m', options)).rejects.toThrow(UsageError)
    },
  )
})

it('does not repeat the key where a server says it back', async () => {
  const fault = { kind: 'status', status: 401, message: 'no such key: key-to-be-kept-secret' } as const
  const env = { OPENAI_COMPATIBLE_API_KEY: 'key-to-be-kept-secret' }
  const { model } = await play({ turns: [{ text: '', fault }] }, { env })
  await expect(model.generate(saying('hello'))).rejects.toThrow(/no such key: \[key\]/)
})
