import { z } from 'zod'
import type { Json } from './environment.ts'

export const toolCallSchema = z.object({ callId: z.string(), name: z.string(), input: z.unknown() })
export type ToolCall = z.infer<typeof toolCallSchema>

/**
 * A conversation, in the least common form of the providers. `opaque` is what a provider wants back with the
 * message in the next request (reasoning signatures, item ids); nothing else reads it.
 */
export const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({
    role: z.literal('assistant'),
    text: z.string(),
    reasoning: z.string().optional(),
    toolCalls: z.array(toolCallSchema).optional(),
    opaque: z.unknown().optional(),
  }),
  z.object({
    role: z.literal('tool'),
    callId: z.string(),
    name: z.string(),
    text: z.string(),
    ok: z.boolean(),
  }),
])
export type Message = z.infer<typeof messageSchema>
export type AssistantMessage = Extract<Message, { role: 'assistant' }>

/** A tool as a model sees it. */
export const toolSpecSchema = z.object({
  name: z.string(),
  description: z.string(),
  /** JSON Schema of the input. */
  inputSchema: z.unknown(),
})
export type ToolSpec = z.infer<typeof toolSpecSchema>

export interface ModelRequest {
  readonly system?: string
  readonly messages: readonly Message[]
  readonly tools?: readonly ToolSpec[]
  readonly temperature?: number
  readonly maxOutputTokens?: number
  /** Distinguishes equal requests that are meant to be drawn anew: the sample number and candidate. Part of the cache key. */
  readonly draw?: string
}

export const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Of the input tokens, those that the provider read from its cache. */
  cachedInputTokens: z.number().default(0),
  /** Of the output tokens, those spent on reasoning. */
  reasoningTokens: z.number().default(0),
})
export type Usage = z.infer<typeof usageSchema>

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other'

export interface ModelReply {
  readonly message: AssistantMessage
  readonly finish: FinishReason
  readonly usage: Usage
  /** US dollars; null where the price table does not know the model. */
  readonly costUsd: number | null
  /** True where the reply came from the disk cache: it cost nothing now. */
  readonly cached: boolean
  /** Requests it took, retries included. */
  readonly attempts: number
  readonly seconds: number
}

/** A language model. `generate` throws `InfrastructureError` when the provider cannot be made to answer. */
export interface Model {
  /** `provider/model`, as the user wrote it. */
  readonly name: string
  generate(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>
}

export type { Json }
