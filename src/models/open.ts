import { UsageError } from '../core/errors.ts'
import type { ModelReply, ModelRequest } from '../core/model.ts'
import { type Asked, ask, type Patience } from './ask.ts'
import { cacheKey, type Kept, ReplyCache } from './cache.ts'
import { Flights } from './flights.ts'
import { Gate } from './gate.ts'
import { type Endpoint, endpointOf } from './names.ts'
import type { ModelOptions, OpenedModel } from './options.ts'
import { costOf, type PriceEntry, priceOf, type Rates, readPrices, shippedPrices } from './prices.ts'
import { callOptionsOf } from './prompt.ts'
import { languageModelOf } from './provider.ts'

type Price = (Rates & Pick<PriceEntry, 'long'>) | undefined

interface Opened {
  readonly asked: Asked
  /** Tells equal names at two addresses apart in the cache. */
  readonly where: string
  readonly price: Price
  readonly cache: ReplyCache | undefined
}

/**
 * Opens a model by name: `openai/…`, `anthropic/…`, `google/…`, `openai-compatible/…`, `http://HOST:PORT/v1#MODEL`
 * or `scripted/PATH`. Open it once and share it: the limit on concurrent requests and the pauses that a provider
 * asks for are the opened model's. Throws `UsageError` for a name, key, address, price file or script that will not do.
 */
export async function openModel(name: string, options: ModelOptions = {}): Promise<OpenedModel> {
  const patience = patienceOf(options)
  const gate = new Gate(atLeastOne('concurrency', options.concurrency ?? 8))
  const endpoint = endpointOf(name, options)
  const cache =
    options.cacheDirectory === undefined ? undefined : await ReplyCache.open(options.cacheDirectory)
  // Last of what may fail, since it may start a server.
  const source =
    endpoint.provider === 'scripted'
      ? await scriptedSource(endpoint)
      : await providerSource(endpoint, options)
  const languageModel = await languageModelOf(source.endpoint, options)
  const { provider, apiKey } = endpoint
  const asked: Asked = { name, provider, languageModel, gate, patience, ...(apiKey && { apiKey }) }
  const opened: Opened = { asked, where: source.where, price: source.price, cache }
  const flights = new Flights<ModelReply>()
  return {
    name,
    generate: (request, signal) => generate(opened, flights, request, signal),
    [Symbol.asyncDispose]: source.close,
  }
}

interface Source {
  readonly endpoint: Endpoint
  readonly where: string
  readonly price: Price
  close(): Promise<void>
}

async function providerSource(endpoint: Endpoint, options: ModelOptions): Promise<Source> {
  const own = options.pricesFile === undefined ? [] : [await readPrices(options.pricesFile)]
  const price = priceOf([...own, await readPrices(shippedPrices)], endpoint.provider, endpoint.modelId)
  return { endpoint, where: endpoint.baseUrl ?? endpoint.provider, price, close: async () => {} }
}

async function scriptedSource(endpoint: Endpoint): Promise<Source> {
  const { readScript } = await import('./scripted/read.ts')
  const { startScripted } = await import('./scripted/server.ts')
  const { script, digest } = await readScript(endpoint.modelId)
  const server = await startScripted(script, { holdProcess: false })
  return {
    endpoint: { provider: 'scripted', modelId: script.model, baseUrl: server.url },
    // The port differs from run to run; what is played does not.
    where: `scripted:${digest}`,
    price: script.price,
    close: () => server.close(),
  }
}

async function generate(
  opened: Opened,
  flights: Flights<ModelReply>,
  request: ModelRequest,
  signal?: AbortSignal,
): Promise<ModelReply> {
  signal?.throwIfAborted()
  const { cache } = opened
  const startedAt = performance.now()
  if (!cache) return fresh(opened, request, signal)
  const key = cacheKey(opened.asked.name, opened.where, request)
  const work = async (shared: AbortSignal): Promise<ModelReply> => {
    const kept = await cache.read(key)
    if (kept) return { ...replyOf(kept), cached: true, attempts: 0, seconds: secondsSince(startedAt) }
    return fresh(opened, request, shared, key)
  }
  const { value, shared } = await flights.join(key, work, signal)
  return shared ? { ...value, cached: true, attempts: 0, seconds: secondsSince(startedAt) } : value
}

async function fresh(
  opened: Opened,
  request: ModelRequest,
  signal?: AbortSignal,
  key?: string,
): Promise<ModelReply> {
  const { asked, price, cache } = opened
  const startedAt = performance.now()
  const { draft, attempts } = await ask(asked, callOptionsOf(request, asked.provider), signal)
  const { message, finish, usage } = draft
  const kept: Kept = {
    model: asked.name,
    message,
    finish,
    usage,
    costUsd: costOf(price, usage, draft.cacheWriteTokens),
  }
  // Where a reply was cut here, another limit would give another reply: it is not the model's answer to the request.
  if (cache && key !== undefined && !draft.cut) await cache.write(key, kept)
  return { ...replyOf(kept), cached: false, attempts, seconds: secondsSince(startedAt) }
}

function replyOf({
  message,
  finish,
  usage,
  costUsd,
}: Kept): Pick<ModelReply, 'message' | 'finish' | 'usage' | 'costUsd'> {
  return { message, finish, usage, costUsd }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000
}

function patienceOf(options: ModelOptions): Patience {
  const retries = options.retries ?? 6
  if (!Number.isInteger(retries) || retries < 0) {
    throw new UsageError('model-option', `retries is ${retries}; give a whole number, 0 or more`)
  }
  return {
    retries,
    backoffBaseMs: options.backoffBaseMs ?? 500,
    backoffCapMs: options.backoffCapMs ?? 60_000,
    retryAfterCapMs: options.retryAfterCapMs ?? 300_000,
    timeoutSeconds: positive('timeoutSeconds', options.timeoutSeconds ?? 600),
    maxReplyCharacters: atLeastOne('maxReplyCharacters', options.maxReplyCharacters ?? 4_000_000),
  }
}

function atLeastOne(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value
  throw new UsageError('model-option', `${option} is ${value}; give a whole number, 1 or more`)
}

function positive(option: string, value: number): number {
  if (value > 0 && value <= 1_000_000) return value
  throw new UsageError('model-option', `${option} is ${value}; give a number above 0, at most 1000000`)
}
