import type { Model } from '../core/model.ts'

/** How a model is opened. Every field has a default; nothing here changes what is asked, only how. */
export interface ModelOptions {
  /** Base URL of the provider's API, version included: `http://127.0.0.1:8000/v1`. */
  readonly baseUrl?: string
  /** Where replies are kept; none are kept without it. */
  readonly cacheDirectory?: string
  /** Requests of this model under way at once. Default 8. */
  readonly concurrency?: number
  /** Tries after the first one. Default 6. */
  readonly retries?: number
  /** Upper bound of the first random wait, in milliseconds; it doubles with every try. Default 500. */
  readonly backoffBaseMs?: number
  /** No random wait is longer, in milliseconds. Default 60,000. */
  readonly backoffCapMs?: number
  /** No `Retry-After` is obeyed for longer, in milliseconds. Default 300,000. */
  readonly retryAfterCapMs?: number
  /** For one request, from sending to the last byte. Default 600. */
  readonly timeoutSeconds?: number
  /** A reply (text, reasoning and tool inputs) is ended at this many characters. Default 4,000,000. */
  readonly maxReplyCharacters?: number
  /** Added to every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** `openai/…` speaks the Responses API by default; `chat` is for servers that only know chat completions. */
  readonly openaiApi?: 'responses' | 'chat'
  /** A price file that goes before the one that ships. */
  readonly pricesFile?: string
  /** Where keys and base URLs are read from. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A model with what it holds open: disposing it closes a scripted server. */
export interface OpenedModel extends Model, AsyncDisposable {}
