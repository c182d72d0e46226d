import type { AssistantMessage, Message, ModelRequest, ToolSpec } from '../core/model.ts'
import type { Provider } from './names.ts'
import type { AssistantPart, CallOptions, FunctionTool, Prompt } from './sdk.ts'

/** What `opaque` holds: the reply as its provider wants it back. Other providers get the plain form. */
export interface Opaque {
  readonly provider: Provider
  readonly parts: readonly AssistantPart[]
}

/** A request in the AI SDK's form. */
export function callOptionsOf(request: ModelRequest, provider: Provider): CallOptions {
  return {
    prompt: promptOf(request, provider),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
    ...(request.tools?.length ? { tools: request.tools.map(toolOf), toolChoice: { type: 'auto' } } : {}),
    providerOptions: {
      // Nothing is kept on the provider's side: a reply from our cache may be sent back months later.
      openai: { store: false },
      // A tool loop sends its whole past every turn; without this, Anthropic reads it at full price each time.
      anthropic: { cacheControl: { type: 'ephemeral' } },
    },
  }
}

function promptOf(request: ModelRequest, provider: Provider): Prompt {
  const prompt: Prompt = []
  if (request.system !== undefined) prompt.push({ role: 'system', content: request.system.toWellFormed() })
  for (const message of request.messages) {
    const last = prompt.at(-1)
    if (message.role === 'user') {
      prompt.push({ role: 'user', content: [{ type: 'text', text: message.text.toWellFormed() }] })
    } else if (message.role === 'assistant') {
      const content = assistantParts(message, provider)
      if (content.length > 0) prompt.push({ role: 'assistant', content })
    } else if (last?.role === 'tool') {
      // All results of one turn go back in one message: Anthropic and Google refuse them apart.
      last.content.push(toolResult(message))
    } else {
      prompt.push({ role: 'tool', content: [toolResult(message)] })
    }
  }
  return prompt
}

function assistantParts(message: AssistantMessage, provider: Provider): AssistantPart[] {
  const kept = isOpaque(message.opaque) && message.opaque.provider === provider ? message.opaque : undefined
  if (kept && tells(kept.parts, message)) return kept.parts.map(sendable)
  const parts: AssistantPart[] = []
  if (message.reasoning) parts.push({ type: 'reasoning', text: message.reasoning })
  if (message.text) parts.push({ type: 'text', text: message.text })
  for (const call of message.toolCalls ?? []) {
    parts.push({ type: 'tool-call', toolCallId: call.callId, toolName: call.name, input: call.input })
  }
  // Anthropic and Google refuse an empty text; the others want to see that there was a turn.
  const mayBeEmpty = provider !== 'anthropic' && provider !== 'google'
  if (parts.length === 0 && mayBeEmpty) parts.push({ type: 'text', text: '' })
  return parts.map(sendable)
}

function isOpaque(value: unknown): value is Opaque {
  return typeof value === 'object' && value !== null && 'provider' in value && 'parts' in value
}

/** Whether the kept parts still say what the message says: an agent may have shortened it since. */
function tells(parts: readonly AssistantPart[], message: AssistantMessage): boolean {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : []))
  const wanted = (message.toolCalls ?? []).map((call) => call.callId)
  return text === message.text && calls.join('\0') === wanted.join('\0')
}

/** What a provider accepts, from what a model may have produced. */
function sendable(part: AssistantPart): AssistantPart {
  if (part.type === 'text' || part.type === 'reasoning') return { ...part, text: part.text.toWellFormed() }
  if (part.type !== 'tool-call') return part
  const isObject = typeof part.input === 'object' && part.input !== null && !Array.isArray(part.input)
  // Anthropic refuses a tool input that is no object, and chat templates fail on it: show the model what it wrote.
  return {
    ...part,
    toolName: toolName(part.toolName),
    input: isObject ? part.input : { invalid: part.input },
  }
}

/** Providers refuse a history in which a tool has a name that no tool may have, even where a model made it up. */
function toolName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed'
}

type ToolParts = Extract<Prompt[number], { role: 'tool' }>['content']

function toolResult(message: Extract<Message, { role: 'tool' }>): ToolParts[number] {
  return {
    type: 'tool-result',
    toolCallId: message.callId,
    toolName: toolName(message.name),
    output: { type: message.ok ? 'text' : 'error-text', value: message.text.toWellFormed() },
  }
}

function toolOf(tool: ToolSpec): FunctionTool {
  return {
    type: 'function',
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema as FunctionTool['inputSchema'],
  }
}
