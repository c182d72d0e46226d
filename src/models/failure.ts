import { messageOf } from '../core/errors.ts'
import { retryAfterMs } from './backoff.ts'
import { StreamFault } from './reply.ts'

/** Why one request failed, and whether to try again. */
export interface Failure {
  /** Stable: `context-length-exceeded`, `model-key`, `model-unknown`, `model-quota`, `model-request`, `model-unavailable`. */
  readonly code: string
  readonly retry: boolean
  /** What the provider or the network said. */
  readonly said: string
  /** What to do about it. */
  readonly advice: string
  /** How long the provider asks everybody to wait. */
  readonly retryAfterMs?: number
}

/** The request took longer than `timeoutSeconds`. */
export class RequestTimeout extends Error {
  override name = 'RequestTimeout'
}

/** 408, 409 and 425 mean "again, later", as 429 and all of 5xx do. */
const transientStatus = new Set([408, 409, 425, 429])

/** Errors of the SDK that come from the request itself; they would come again. */
const permanentErrors =
  /^AI_(UnsupportedFunctionality|InvalidPrompt|InvalidArgument|LoadAPIKey|LoadSetting|NoSuchModel)Error$/

const contextPattern =
  /context.length.exceeded|maximum context length|context window|exceeds? (the )?(available )?context|prompt is too long|input is too long|input token count|too many input tokens|input length.*exceed|reduce the length/i

/** Not "exceeded your current quota": Google says so where a minute's rest is enough. */
const quotaPattern = /insufficient_quota|credit balance is too low/i

/** Classifies what was thrown by a request. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StreamFault) return ofStreamFault(thrown.fault)
  const { name, statusCode, responseHeaders, responseBody } = fieldsOf(thrown)
  if (name === 'AI_APICallError' && typeof statusCode === 'number' && statusCode >= 400) {
    const body = typeof responseBody === 'string' ? responseBody : ''
    const said = `${statusCode}: ${withBody(messageOf(thrown), body)}`
    return ofStatus(statusCode, said, body, responseHeaders as Record<string, string> | undefined)
  }
  if (permanentErrors.test(String(name))) return permanent('model-request', saidBy(thrown), requestAdvice)
  return transient(saidBy(thrown))
}

const requestAdvice = 'The request itself is refused: see what the provider says about it.'

/** `body` is searched too: codes stand beside the message. */
function ofStatus(status: number, said: string, body: string, headers?: Record<string, string>): Failure {
  const isRefusal = status === 400 || status === 422
  if (status === 413 || (isRefusal && contextPattern.test(said + body))) {
    return permanent(
      'context-length-exceeded',
      said,
      'The conversation no longer fits the model: shorten it.',
    )
  }
  if (status === 402 || ((isRefusal || status === 429) && quotaPattern.test(said + body))) {
    return permanent('model-quota', said, "The account's quota is used up: raise it with the provider.")
  }
  if (transientStatus.has(status) || status >= 500) {
    const wait = retryAfterMs(headers) ?? retryDelayMs(body)
    return { ...transient(said), ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  }
  if (status === 401 || status === 403) {
    return permanent('model-key', said, 'The key is refused: check that it is valid and may use this model.')
  }
  if (status === 404) {
    return permanent('model-unknown', said, "Check the model's name and the server's address.")
  }
  return permanent('model-request', said, requestAdvice)
}

/** Google's way of asking for a wait: `google.rpc.RetryInfo` in the body. */
function retryDelayMs(body: string): number | undefined {
  const seconds = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

/** Providers report errors in a stream in their own shapes; most are overloads, and the rest say so by name. */
function ofStreamFault(fault: unknown): Failure {
  const fields = fieldsOf(fault)
  if (fields.name !== undefined) return failureOf(fault)
  const said = cut(typeof fault === 'string' ? fault : (JSON.stringify(fault) ?? String(fault)))
  const inner = fieldsOf(fields.error ?? fault)
  for (const code of [inner.code, inner.status, inner.statusCode]) {
    if (typeof code === 'number' && code >= 400 && code < 600) return ofStatus(code, `${code}: ${said}`, said)
  }
  if (contextPattern.test(said)) return ofStatus(400, said, said)
  if (/invalid_request_error|invalid_prompt/.test(said)) return ofStatus(422, said, said)
  return transient(said)
}

function transient(said: string): Failure {
  return {
    code: 'model-unavailable',
    retry: true,
    said,
    advice: 'Check that the provider is up and that this is its address, then run again.',
  }
}

function permanent(code: string, said: string, advice: string): Failure {
  return { code, retry: false, said, advice }
}

/** Where the SDK could not read a provider's error, the body says more than "Bad Request". */
function withBody(message: string, body: string): string {
  return cut(body.includes(message) && message !== '' ? message : `${message} ${body}`)
}

/** The message, and the innermost cause, which names the network's error. */
function saidBy(thrown: unknown): string {
  const message = messageOf(thrown)
  let cause = thrown
  for (let depth = 0; depth < 5 && cause instanceof Error && cause.cause !== undefined; depth++)
    cause = cause.cause
  const inner = messageOf(cause)
  return cut(cause === thrown || message.includes(inner) ? message : `${message} (${inner})`)
}

function cut(raw: string): string {
  const text = raw.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
  return text.length > 500 ? `${text.slice(0, 500).toWellFormed()} …` : text
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
