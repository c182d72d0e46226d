import { APICallError } from 'ai'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { CutStream, StreamFault } from './reply.ts'

function answered(
  statusCode: number,
  message: string,
  more: { body?: string; headers?: Record<string, string> } = {},
) {
  return new APICallError({
    message,
    statusCode,
    url: 'http://x',
    requestBodyValues: {},
    ...(more.body === undefined ? {} : { responseBody: more.body }),
    ...(more.headers === undefined ? {} : { responseHeaders: more.headers }),
  })
}

describe('a failure', () => {
  it.each([
    [
      'OpenAI',
      'Your input exceeds the context window of this model. Please adjust your input and try again.',
    ],
    ['Anthropic', 'prompt is too long: 210000 tokens > 200000 maximum'],
    ['Google', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
    ['vLLM', "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens"],
    ['llama.cpp', 'the request exceeds the available context size, try increasing it'],
  ])('is a context that is too long, in the words of %s', (_, message) => {
    expect(failureOf(answered(400, message))).toMatchObject({ code: 'context-length-exceeded', retry: false })
  })

  it('is a context that is too long where only the code says so', () => {
    const body = '{"error":{"message":"No.","code":"context_length_exceeded"}}'
    expect(failureOf(answered(400, 'No.', { body }))).toMatchObject({ code: 'context-length-exceeded' })
  })

  it("is a quota used up for OpenAI's code, and a rest of so many seconds for Google's", () => {
    const message = 'You exceeded your current quota, please check your plan and billing details.'
    const openai = `{"error":{"message":"${message}","code":"insufficient_quota"}}`
    const google = `{"error":{"code":429,"message":"${message}","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12.5s"}]}}`
    expect(failureOf(answered(429, message, { body: openai }))).toMatchObject({
      code: 'model-quota',
      retry: false,
    })
    expect(failureOf(answered(429, message, { body: google }))).toMatchObject({
      retry: true,
      retryAfterMs: 12_500,
    })
    expect(failureOf(answered(400, 'Your credit balance is too low'))).toMatchObject({ code: 'model-quota' })
  })

  it('says on one line, without end, what the provider said where the SDK did not understand it', () => {
    const { said } = failureOf(
      answered(400, 'Bad Request', { body: `<html>\n<b>proxy</b>\n${'x'.repeat(10_000)}` }),
    )
    expect(said).toMatch(/^400: Bad Request <html> <b>proxy<\/b> x+ …$/)
    expect(said.length).toBeLessThan(600)
  })

  it.each([
    [
      'an overload, as an object',
      { type: 'overloaded_error', message: 'Overloaded' },
      'model-unavailable',
      true,
    ],
    [
      'an overload, as an error in an object',
      { error: { code: 503, message: 'busy' } },
      'model-unavailable',
      true,
    ],
    ['words', 'something went wrong', 'model-unavailable', true],
    ['nothing', undefined, 'model-unavailable', true],
    ['a refusal', { type: 'invalid_request_error', message: 'no' }, 'model-request', false],
    ['a refused key', { status: 401, message: 'no' }, 'model-key', false],
    ['a context', { message: 'maximum context length' }, 'context-length-exceeded', false],
    ['an answered call', answered(429, 'slow down'), 'model-unavailable', true],
  ])('in the middle of a stream is classified by what it says: %s', (_, fault, code, retry) => {
    expect(failureOf(new StreamFault(fault))).toMatchObject({ code, retry })
  })

  it.each([new CutStream('cut'), new TypeError('terminated'), new SyntaxError('JSON'), 'a string', null])(
    'of the connection is tried again: %s',
    (thrown) => {
      expect(failureOf(thrown)).toMatchObject({ code: 'model-unavailable', retry: true })
    },
  )
})
