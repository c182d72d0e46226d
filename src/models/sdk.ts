import type { wrapLanguageModel } from 'ai'

/**
 * The AI SDK's language model specification, which every provider package implements. Touchstone speaks it
 * directly (docs/models.md says why); the names are derived from `ai`, so that one version decides.
 */
export type LanguageModel = ReturnType<typeof wrapLanguageModel>
export type CallOptions = Parameters<LanguageModel['doStream']>[0]
export type Prompt = CallOptions['prompt']
export type ProviderOptions = NonNullable<CallOptions['providerOptions']>
export type FunctionTool = Extract<NonNullable<CallOptions['tools']>[number], { type: 'function' }>
export type AssistantPart = Extract<Prompt[number], { role: 'assistant' }>['content'][number]
export type StreamPart =
  Awaited<ReturnType<LanguageModel['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part : never
export type FinishPart = Extract<StreamPart, { type: 'finish' }>
