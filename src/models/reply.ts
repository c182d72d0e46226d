import type { AssistantMessage, FinishReason, ToolCall, Usage } from '../core/model.ts'
import type { Provider } from './names.ts'
import type { Opaque } from './prompt.ts'
import type { AssistantPart, FinishPart, StreamPart } from './sdk.ts'

/** A reply as received, before it is priced. */
export interface Draft {
  readonly message: AssistantMessage
  readonly finish: FinishReason
  readonly usage: Usage
  /** Of the input tokens, those that the provider wrote to its cache, which some charge for. */
  readonly cacheWriteTokens: number
  /** Ended here and not by the model: at `maxReplyCharacters`. */
  readonly cut: boolean
}

/** The stream ended without the model's having finished: a cut connection. */
export class CutStream extends Error {
  override name = 'CutStream'
}

/** An `error` event in the stream, as the provider sent it. */
export class StreamFault extends Error {
  override name = 'StreamFault'
  readonly fault: unknown
  constructor(fault: unknown) {
    super('the provider reported an error in the middle of its reply', { cause: fault })
    this.fault = fault
  }
}

/** More bytes came than any reply may have. */
export class TooManyBytes extends Error {
  override name = 'TooManyBytes'
}

type Metadata = NonNullable<AssistantPart['providerOptions']>

/** Collects a stream's parts in order. Kept apart from reading, so that a cut reply can still be drafted. */
class Collector {
  readonly #parts: AssistantPart[] = []
  readonly #texts = new Map<AssistantPart, string[]>()
  readonly #open = new Map<string, AssistantPart>()
  /** Inputs of tool calls under way count as characters received too. */
  characters = 0
  end: FinishPart | undefined

  take(part: StreamPart): void {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#start(part.type === 'text-start' ? 'text' : 'reasoning', part.id, part.providerMetadata)
        break
      case 'text-delta':
      case 'reasoning-delta': {
        const open = this.#open.get(part.id)
        if (open) this.#texts.get(open)?.push(part.delta)
        annotate(open, part.providerMetadata)
        this.characters += part.delta.length
        break
      }
      case 'text-end':
      case 'reasoning-end':
        annotate(this.#open.get(part.id), part.providerMetadata)
        this.#open.delete(part.id)
        break
      case 'tool-input-delta':
        this.characters += part.delta.length
        break
      case 'tool-call':
        // Provider-executed tools are never asked for.
        if (!part.providerExecuted) {
          const { toolCallId, toolName, input, providerMetadata } = part
          const call: AssistantPart = { type: 'tool-call', toolCallId, toolName, input: parsed(input) }
          annotate(call, providerMetadata)
          this.#parts.push(call)
        }
        break
      case 'finish':
        this.end = part
        break
    }
  }

  #start(type: 'text' | 'reasoning', id: string, metadata: Metadata | undefined): void {
    const part: AssistantPart = { type, text: '' }
    annotate(part, metadata)
    this.#parts.push(part)
    this.#texts.set(part, [])
    this.#open.set(id, part)
  }

  parts(): AssistantPart[] {
    for (const [part, texts] of this.#texts) {
      if (part.type === 'text' || part.type === 'reasoning') part.text = texts.join('')
    }
    return this.#parts.filter((part) => part.type !== 'text' || part.text !== '' || part.providerOptions)
  }
}

/** Later metadata of the same part completes the earlier: signatures come with the end. */
function annotate(part: AssistantPart | undefined, metadata: Metadata | undefined): void {
  if (!part || !metadata) return
  part.providerOptions ??= {}
  for (const [provider, values] of Object.entries(metadata)) {
    part.providerOptions[provider] = { ...part.providerOptions[provider], ...values }
  }
}

/** No tool needs more, and JSON that is nested some thousand deep cannot be written again. */
const deepest = 100

/** Whether brackets outside strings nest deeper than `most`. */
export function nestsDeeper(json: string, most: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (inString && character === '\\') at++
    else if (character === '"') inString = !inString
    else if (inString) continue
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    if (depth > most) return true
  }
  return false
}

/** Broken JSON stays the string it is: the environment refuses it in words, and the agent hears of it. */
function parsed(input: string): unknown {
  if (input.trim() === '') return {}
  if (nestsDeeper(input, deepest)) return input
  try {
    return JSON.parse(input)
  } catch {
    return input
  }
}

/**
 * Reads a reply to its end, or to `maxCharacters`, where it is cut and the stream cancelled. Throws `StreamFault`
 * and `CutStream`, and what the connection throws.
 */
export async function draftOf(
  stream: ReadableStream<StreamPart>,
  provider: Provider,
  maxCharacters: number,
  promptCharacters: () => number,
): Promise<Draft> {
  const collector = new Collector()
  let cut = false
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      if (value.type === 'error')
        throw isTooLong(value.error) ? new TooManyBytes() : new StreamFault(value.error)
      collector.take(value)
      if (collector.characters > maxCharacters) {
        cut = true
        break
      }
    }
  } catch (thrown) {
    if (!isTooLong(thrown)) throw thrown
    cut = true
  } finally {
    // Closes the connection of a reply that goes on; a finished stream does not mind.
    reader.cancel().catch(() => {})
  }
  const unified = collector.end?.finishReason.unified
  if (!cut && (unified === undefined || unified === 'error' || unified === 'interrupted')) {
    throw new CutStream('the reply ended before the model had finished')
  }
  return drafted(collector, provider, cut, promptCharacters)
}

function drafted(
  collector: Collector,
  provider: Provider,
  cut: boolean,
  promptCharacters: () => number,
): Draft {
  const parts = collector.parts()
  const toolCalls: ToolCall[] = parts.flatMap((part) =>
    part.type === 'tool-call' ? [{ callId: part.toolCallId, name: part.toolName, input: part.input }] : [],
  )
  const reasoning = parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
  // What has no metadata can be told from the message itself; keeping it twice would double the journal.
  const opaque: Opaque | undefined = parts.some((part) => part.providerOptions)
    ? { provider, parts }
    : undefined
  const finish = cut ? 'length' : finishOf(collector.end?.finishReason.unified, toolCalls.length > 0)
  return {
    message: {
      role: 'assistant',
      text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      ...(reasoning === '' ? {} : { reasoning }),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(opaque === undefined ? {} : { opaque }),
    },
    finish,
    ...usageOf(collector, promptCharacters),
    cut,
  }
}

function finishOf(unified: string | undefined, hasToolCalls: boolean): FinishReason {
  // Some servers say `stop` after a tool call.
  if (unified === 'stop') return hasToolCalls ? 'tool-calls' : 'stop'
  return unified === 'length' || unified === 'tool-calls' || unified === 'content-filter' ? unified : 'other'
}

/**
 * Tokens as reported. A server that reports none or nonsense, and a reply that was cut here, are counted at four characters a
 * token: a limit on tokens must hold there too.
 */
function usageOf(
  collector: Collector,
  promptCharacters: () => number,
): Pick<Draft, 'usage' | 'cacheWriteTokens'> {
  const { inputTokens, outputTokens } = collector.end?.usage ?? {}
  return {
    usage: {
      inputTokens: count(inputTokens?.total) ?? Math.ceil(promptCharacters() / 4),
      outputTokens: count(outputTokens?.total) ?? Math.ceil(collector.characters / 4),
      cachedInputTokens: count(inputTokens?.cacheRead) ?? 0,
      reasoningTokens: count(outputTokens?.reasoning) ?? 0,
    },
    cacheWriteTokens: count(inputTokens?.cacheWrite) ?? 0,
  }
}

function count(tokens: number | undefined): number | undefined {
  return Number.isSafeInteger(tokens) && tokens! >= 0 ? tokens : undefined
}

/** The error comes wrapped: by the stream it passed through, or by the SDK. */
function isTooLong(thrown: unknown): boolean {
  for (let at = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof TooManyBytes) return true
  }
  return false
}
