import { describe, expect, it } from 'vitest'
import { UsageError } from '../core/errors.ts'
import { endpointOf } from './names.ts'

describe('model names', () => {
  const env = {
    OPENAI_API_KEY: 'k',
    OPENAI_COMPATIBLE_BASE_URL: 'http://gpu:8000/v1/',
    OPENAI_COMPATIBLE_API_KEY: ' ',
  }

  it.each([
    ['openai/gpt-5.2', {}, { provider: 'openai', modelId: 'gpt-5.2', apiKey: 'k' }],
    [
      'openai-compatible/meta/llama-4',
      {},
      { provider: 'openai-compatible', modelId: 'meta/llama-4', baseUrl: 'http://gpu:8000/v1' },
    ],
    [
      'openai-compatible/m',
      { baseUrl: 'http://other/v1' },
      { provider: 'openai-compatible', modelId: 'm', baseUrl: 'http://other/v1' },
    ],
    [
      'http://localhost:11434/v1#qwen3:8b',
      {},
      { provider: 'openai-compatible', modelId: 'qwen3:8b', baseUrl: 'http://localhost:11434/v1' },
    ],
    ['scripted//tmp/a.json', {}, { provider: 'scripted', modelId: '/tmp/a.json' }],
    ['scripted/a.json', {}, { provider: 'scripted', modelId: 'a.json' }],
  ])('%s', (name, options, expected) => {
    expect(endpointOf(name, { env, ...options })).toEqual(expected)
  })

  it.each([
    ['gpt-5.2', /no known provider; the known are openai\/…, anthropic\/…, google\/…/],
    ['mistral/large', /no known provider/],
    ['constructor/x', /no known provider/],
    ['openai/', /write openai\/MODEL/],
    ['openai', /write openai\/MODEL/],
    ['anthropic/claude-opus-4-5', /set ANTHROPIC_API_KEY/],
    ['google/gemini-3-pro', /set GOOGLE_GENERATIVE_AI_API_KEY/],
    ['http://localhost/v1', /after a #/],
    ['http://localhost/v1#', /after a #/],
    ['http://#m', /not an http\(s\) address/],
    ['', /no known provider/],
  ])('"%s" is refused', (name, message) => {
    expect(() => endpointOf(name, { env })).toThrow(UsageError)
    expect(() => endpointOf(name, { env })).toThrow(message)
  })

  it('an OpenAI-compatible model without an address is refused, naming the variable; so is a bad address', () => {
    expect(() => endpointOf('openai-compatible/m', { env: {} })).toThrow(/OPENAI_COMPATIBLE_BASE_URL/)
    expect(() => endpointOf('openai-compatible/m', { env: {}, baseUrl: 'gpu:8000' })).toThrow(
      /not an http\(s\) address/,
    )
  })
})
