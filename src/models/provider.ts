import type { Endpoint } from './names.ts'
import type { ModelOptions } from './options.ts'
import { TooManyBytes } from './reply.ts'
import type { LanguageModel } from './sdk.ts'

/** A stream spends a few hundred bytes on a token of four characters; this is far beyond any honest reply. */
const maxReplyBytes = 256 * 1024 ** 2
const maxErrorBytes = 1024 ** 2
/** An event of a stream is one line, kept in memory until it is complete. */
const maxLineBytes = 32 * 1024 ** 2
const newline = 10

/** The AI SDK's model for an endpoint. Provider packages are loaded here, when a model is first opened. */
export async function languageModelOf(
  endpoint: Endpoint & { readonly baseUrl?: string },
  options: Pick<ModelOptions, 'headers' | 'openaiApi'>,
): Promise<LanguageModel> {
  const { modelId, baseUrl, apiKey } = endpoint
  const settings = {
    fetch: boundedFetch,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    ...(options.headers === undefined ? {} : { headers: { ...options.headers } }),
  }
  switch (endpoint.provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai')
      const openai = createOpenAI(settings)
      return options.openaiApi === 'chat' ? openai.chat(modelId) : openai.responses(modelId)
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return createAnthropic(settings).languageModel(modelId)
    }
    case 'google': {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google')
      return createGoogleGenerativeAI(settings).languageModel(modelId)
    }
    default: {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      if (baseUrl === undefined) throw new TypeError(`${modelId} has no base URL`)
      const name = 'openai-compatible'
      return createOpenAICompatible({ ...settings, name, baseURL: baseUrl, includeUsage: true }).chatModel(
        modelId,
      )
    }
  }
}

/** The platform's fetch with an end to what it receives: an event without an end would fill the memory otherwise. */
const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init)
  if (response.body === null) return response
  let left = response.ok ? maxReplyBytes : maxErrorBytes
  let line = 0
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        left -= chunk.byteLength
        const lastNewline = chunk.lastIndexOf(newline)
        line = lastNewline < 0 ? line + chunk.byteLength : chunk.byteLength - lastNewline - 1
        if (left < 0 || line > maxLineBytes) controller.error(new TooManyBytes('the reply has no end'))
        else controller.enqueue(chunk)
      },
    }),
  )
  return new Response(bounded, response)
}
