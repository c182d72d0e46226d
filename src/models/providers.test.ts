import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { AssistantMessage, Message, ModelRequest } from '../core/model.ts'
import { openModel } from './open.ts'

/** One request as the provider's code sent it. */
interface Sent {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: three providers' formats, looked at by path
  readonly body: any
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server that answers with the given events, one list a request, in the wire format of server-sent events. */
async function replay(...replies: object[][]): Promise<{ url: string; sent: Sent[] }> {
  const sent: Sent[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request.setEncoding('utf8')) text += piece
    const events = replies[Math.min(sent.length, replies.length - 1)] ?? []
    sent.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) {
      const type = 'type' in event ? `event: ${event.type}\n` : ''
      response.write(`${type}data: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent }
}

const tools = [
  {
    name: 'write',
    description: 'Writes a file.',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
]
const opening: ModelRequest = { system: 'Be brief.', messages: [{ role: 'user', text: 'go' }], tools }

/** The conversation after a reply with two tool calls. */
function continued(message: AssistantMessage): ModelRequest {
  const results = (message.toolCalls ?? []).map(
    (call, index): Message => ({
      role: 'tool',
      callId: call.callId,
      name: call.name,
      text: index === 0 ? 'written' : 'refused',
      ok: index === 0,
    }),
  )
  // As if it had been read back from a journal.
  return JSON.parse(JSON.stringify({ ...opening, messages: [...opening.messages, message, ...results] }))
}

describe('anthropic', () => {
  const start = {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-5',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 100,
        cache_read_input_tokens: 800,
        cache_creation_input_tokens: 100,
        output_tokens: 1,
      },
    },
  }
  const block = (index: number, content: object, ...deltas: object[]) => [
    { type: 'content_block_start', index, content_block: content },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
  const end = (reason: string) => [
    { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 50 } },
    { type: 'message_stop' },
  ]
  const events = [
    start,
    ...block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Two files.' },
      { type: 'signature_delta', signature: 'c2lnbmVk' },
    ),
    ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'Writing.' }),
    ...block(
      2,
      { type: 'tool_use', id: 'toolu_1', name: 'write', input: {} },
      { type: 'input_json_delta', partial_json: '{"path":' },
      { type: 'input_json_delta', partial_json: '"a.v"}' },
    ),
    ...block(
      3,
      { type: 'tool_use', id: 'toolu_2', name: 'write', input: {} },
      { type: 'input_json_delta', partial_json: '{"path":"b' },
    ),
    ...end('tool_use'),
  ]

  it('reads thinking, text, tool calls, cached usage and the price; sends the signature back', async () => {
    const { url, sent } = await replay(events, [
      start,
      ...block(0, { type: 'text', text: 'ok' }),
      ...end('end_turn'),
    ])
    await using model = await openModel('anthropic/claude-opus-4-5', {
      baseUrl: `${url}/v1`,
      env: { ANTHROPIC_API_KEY: 'key' },
    })
    const reply = await model.generate(opening)
    expect(reply).toMatchObject({
      message: {
        text: 'Writing.',
        reasoning: 'Two files.',
        toolCalls: [
          { callId: 'toolu_1', name: 'write', input: { path: 'a.v' } },
          { callId: 'toolu_2', name: 'write', input: '{"path":"b' },
        ],
      },
      finish: 'tool-calls',
      usage: { inputTokens: 1000, cachedInputTokens: 800, outputTokens: 50 },
    })
    expect(reply.costUsd).toBeCloseTo((100 * 5 + 800 * 0.5 + 100 * 6.25 + 50 * 25) / 1e6, 12)
    expect(sent[0]?.headers['x-api-key']).toBe('key')
    expect(sent[0]?.body).toMatchObject({ model: 'claude-opus-4-5', cache_control: { type: 'ephemeral' } })

    await model.generate(continued(reply.message))
    expect(sent[1]?.body.messages).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Two files.', signature: 'c2lnbmVk' },
          { type: 'text', text: 'Writing.' },
          { type: 'tool_use', id: 'toolu_1', input: { path: 'a.v' } },
          { type: 'tool_use', id: 'toolu_2', input: { invalid: '{"path":"b' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'written' },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: 'refused', is_error: true },
        ],
      },
    ])
  })

  it('tries again after an overload in the middle of a reply, and leaves out a turn that said nothing', async () => {
    const overloaded = [start, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }]
    const { url, sent } = await replay(overloaded, [
      start,
      ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'ok' }),
      ...end('end_turn'),
    ])
    await using model = await openModel('anthropic/claude-opus-4-5', {
      baseUrl: `${url}/v1`,
      env: { ANTHROPIC_API_KEY: 'key' },
      backoffBaseMs: 5,
    })
    const messages: Message[] = [
      ...opening.messages,
      { role: 'assistant', text: '' },
      { role: 'user', text: 'well?' },
    ]
    expect(await model.generate({ messages })).toMatchObject({ attempts: 2, message: { text: 'ok' } })
    expect(sent[1]?.body.messages).toMatchObject([
      { role: 'user', content: [{ text: 'go' }, { text: 'well?' }] },
    ])
  })
})

describe('google', () => {
  it('reads thoughts, tool calls and usage; sends the thought signature back', async () => {
    const events = [
      { candidates: [{ content: { role: 'model', parts: [{ text: 'Two files.', thought: true }] } }] },
      {
        candidates: [
          {
            content: {
              role: 'model',
              parts: [
                { text: 'Writing.' },
                { functionCall: { name: 'write', args: { path: 'a.v' } }, thoughtSignature: 'c2lnbmVk' },
                { functionCall: { name: 'write', args: { path: 'b.v' } } },
              ],
            },
            finishReason: 'STOP',
          },
        ],
        usageMetadata: {
          promptTokenCount: 1000,
          cachedContentTokenCount: 400,
          candidatesTokenCount: 50,
          thoughtsTokenCount: 30,
          totalTokenCount: 1080,
        },
      },
    ]
    const { url, sent } = await replay(events)
    await using model = await openModel('google/gemini-2.5-flash', {
      baseUrl: `${url}/v1beta`,
      env: { GOOGLE_GENERATIVE_AI_API_KEY: 'key' },
    })
    const reply = await model.generate(opening)
    expect(reply).toMatchObject({
      message: {
        text: 'Writing.',
        reasoning: 'Two files.',
        toolCalls: [{ input: { path: 'a.v' } }, { input: { path: 'b.v' } }],
      },
      finish: 'tool-calls',
      usage: { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 80, reasoningTokens: 30 },
    })
    expect(reply.costUsd).toBeCloseTo((1000 * 0.3 + 80 * 2.5) / 1e6, 12)
    expect(sent[0]?.path).toContain('gemini-2.5-flash:streamGenerateContent')
    expect(sent[0]?.headers['x-goog-api-key']).toBe('key')
    expect(sent[0]?.body.systemInstruction).toMatchObject({ parts: [{ text: 'Be brief.' }] })

    await model.generate(continued(reply.message))
    const [, assistant, results] = sent[1]?.body.contents ?? []
    expect(assistant.parts.find((part: object) => 'functionCall' in part)).toMatchObject({
      functionCall: { name: 'write', args: { path: 'a.v' } },
      thoughtSignature: 'c2lnbmVk',
    })
    expect(results.parts).toHaveLength(2)
  })
})

describe('openai, Responses API', () => {
  it('asks for nothing to be stored, and sends encrypted reasoning back', async () => {
    const reasoning = { type: 'reasoning', id: 'rs_1', encrypted_content: 'c2VjcmV0', summary: [] }
    const call = {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name: 'write',
      arguments: '{"path":"a.v"}',
    }
    const usage = {
      input_tokens: 1000,
      input_tokens_details: { cached_tokens: 600 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 40 },
    }
    const created = { id: 'resp_1', object: 'response', created_at: 0, model: 'gpt-5.2', output: [] }
    const events = [
      { type: 'response.created', response: created },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...reasoning, encrypted_content: null },
      },
      { type: 'response.output_item.done', output_index: 0, item: reasoning },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { ...call, arguments: '', status: 'in_progress' },
      },
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 1,
        delta: call.arguments,
      },
      { type: 'response.output_item.done', output_index: 1, item: { ...call, status: 'completed' } },
      { type: 'response.completed', response: { ...created, usage } },
    ]
    const { url, sent } = await replay(events)
    await using model = await openModel('openai/gpt-5.2', {
      baseUrl: `${url}/v1`,
      env: { OPENAI_API_KEY: 'key' },
    })
    const reply = await model.generate(opening)
    expect(reply).toMatchObject({
      message: { text: '', toolCalls: [{ callId: 'call_1', name: 'write', input: { path: 'a.v' } }] },
      finish: 'tool-calls',
      usage: { inputTokens: 1000, cachedInputTokens: 600, outputTokens: 50, reasoningTokens: 40 },
    })
    expect(reply.costUsd).toBeCloseTo((400 * 1.75 + 600 * 0.175 + 50 * 14) / 1e6, 12)
    expect(sent[0]?.path).toBe('/v1/responses')
    expect(sent[0]?.body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] })

    await model.generate(continued(reply.message))
    expect(sent[1]?.body.input.slice(-3)).toMatchObject([
      { type: 'reasoning', encrypted_content: 'c2VjcmV0' },
      { type: 'function_call', call_id: 'call_1', name: 'write', arguments: '{"path":"a.v"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'written' },
    ])
  })
})

describe('what one provider wants back', () => {
  it('is not sent to another, nor when the message was changed since', async () => {
    const { url, sent } = await replay([{ choices: [{ delta: { content: 'ok' }, finish_reason: 'stop' }] }])
    await using model = await openModel(`${url}/v1#m`, { env: {} })
    const parts = [{ type: 'text', text: 'the long original', providerOptions: { x: {} } }]
    const foreign: Message = { role: 'assistant', text: 'plain', opaque: { provider: 'anthropic', parts } }
    const shortened: Message = {
      role: 'assistant',
      text: 'short',
      opaque: { provider: 'openai-compatible', parts },
    }
    await model.generate({
      messages: [...opening.messages, foreign, { role: 'user', text: 'and' }, shortened],
    })
    const said = sent[0]?.body.messages.map((message: { content: string }) => message.content)
    expect(said).toEqual(['go', 'plain', 'and', 'short'])
  })
})
