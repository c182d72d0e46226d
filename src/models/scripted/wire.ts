import { z } from 'zod'
import type { Conversation } from './decide.ts'
import type { ScriptedReply } from './schema.ts'

/** Content is a string or typed parts; only text is looked at. */
const contentSchema = z
  .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
  .nullish()

/** The part of OpenAI's chat completion request that a script needs. */
export const chatRequestSchema = z.looseObject({
  model: z.string().default(''),
  stream: z.boolean().nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema })).min(1),
})
export type ChatRequest = z.infer<typeof chatRequestSchema>

export function conversationOf(request: ChatRequest): Conversation {
  const { messages, model } = request
  const byRole = (...roles: string[]) => messages.filter((message) => roles.includes(message.role))
  return {
    model,
    system: byRole('system', 'developer').map(textOf).join('\n'),
    task: textOf(byRole('user').at(0)),
    last: textOf(byRole('user', 'tool').at(-1)),
    turn: byRole('assistant').length,
  }
}

function textOf(message: ChatRequest['messages'][number] | undefined): string {
  const content = message?.content
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('')
}

/** What a response says besides the reply. */
export interface Frame {
  readonly id: string
  readonly model: string
  readonly turn: number
  /** Characters of the request, to count tokens where the script gives none. */
  readonly requestCharacters: number
}

/** A whole chat completion, for requests without `stream`. */
export function completion(reply: ScriptedReply, frame: Frame): object {
  const toolCalls = toolCallsOf(reply, frame)
  return {
    ...head(frame, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: reply.text || null,
          ...(reply.reasoning === undefined ? {} : { reasoning_content: reply.reasoning }),
          ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
        },
        finish_reason: finishOf(reply),
      },
    ],
    ...usageOf(reply, frame),
  }
}

const pieceCharacters = 64

/** One chunk of a streamed chat completion. */
export function chunk(frame: Frame, delta: object, finish: string | null = null): object {
  return { ...head(frame, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason: finish }] }
}

/** The chunks of a streamed chat completion: reasoning, text, tool calls, finish, usage. */
export function* chunks(reply: ScriptedReply, frame: Frame): Generator<object> {
  yield chunk(frame, { role: 'assistant', content: '' })
  for (const piece of pieces(reply.reasoning ?? '')) yield chunk(frame, { reasoning_content: piece })
  for (const piece of pieces(reply.text)) yield chunk(frame, { content: piece })
  for (const [index, call] of toolCallsOf(reply, frame).entries()) {
    const { arguments: text, name } = call.function
    const opening = { index, id: call.id, type: 'function', function: { name, arguments: '' } }
    yield chunk(frame, { tool_calls: [opening] })
    for (const piece of pieces(text)) {
      yield chunk(frame, { tool_calls: [{ index, function: { arguments: piece } }] })
    }
  }
  yield chunk(frame, {}, finishOf(reply))
  const usage = usageOf(reply, frame)
  if (usage.usage) yield { ...head(frame, 'chat.completion.chunk'), choices: [], ...usage }
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += pieceCharacters) yield text.slice(at, at + pieceCharacters)
}

function head(frame: Frame, object: string): object {
  return { id: frame.id, object, created: 0, model: frame.model }
}

function toolCallsOf(reply: ScriptedReply, frame: Frame) {
  return reply.toolCalls.map(({ name, input, callId }, index) => ({
    id: callId ?? `call_${frame.turn}_${index}`,
    type: 'function',
    function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
  }))
}

function finishOf(reply: ScriptedReply): string {
  return reply.finish ?? (reply.toolCalls.length > 0 ? 'tool_calls' : 'stop')
}

function usageOf(reply: ScriptedReply, frame: Frame) {
  if (reply.usage === null) return {}
  const produced =
    reply.text.length + (reply.reasoning?.length ?? 0) + JSON.stringify(reply.toolCalls).length - 2
  const usage = reply.usage ?? {
    inputTokens: Math.ceil(frame.requestCharacters / 4),
    outputTokens: Math.ceil(produced / 4),
    cachedInputTokens: 0,
    reasoningTokens: Math.ceil((reply.reasoning?.length ?? 0) / 4),
  }
  return {
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      prompt_tokens_details: { cached_tokens: usage.cachedInputTokens },
      completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    },
  }
}
