import { UsageError } from '../core/errors.ts'
import type { ModelOptions } from './options.ts'

export type Provider = 'openai' | 'anthropic' | 'google' | 'openai-compatible' | 'scripted'

/** Where a model is and what opens it. */
export interface Endpoint {
  readonly provider: Provider
  /** The provider's own name for the model; for `scripted` the path of the script. */
  readonly modelId: string
  /** Undefined where the provider's own address is meant. */
  readonly baseUrl?: string
  readonly apiKey?: string
}

interface Naming {
  readonly keyVariable?: string
  readonly keyRequired: boolean
  readonly baseUrlVariable?: string
}

const namings: Record<Provider, Naming> = {
  openai: { keyVariable: 'OPENAI_API_KEY', keyRequired: true, baseUrlVariable: 'OPENAI_BASE_URL' },
  anthropic: { keyVariable: 'ANTHROPIC_API_KEY', keyRequired: true, baseUrlVariable: 'ANTHROPIC_BASE_URL' },
  google: { keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY', keyRequired: true },
  'openai-compatible': {
    keyVariable: 'OPENAI_COMPATIBLE_API_KEY',
    keyRequired: false,
    baseUrlVariable: 'OPENAI_COMPATIBLE_BASE_URL',
  },
  scripted: { keyRequired: false },
}

const known = `${Object.keys(namings)
  .map((provider) => `${provider}/…`)
  .join(', ')}, or http://HOST:PORT/v1#MODEL`

/**
 * Reads a model's name: `openai/…`, `anthropic/…`, `google/…`, `openai-compatible/…`, `scripted/PATH`, or the
 * address of an OpenAI-compatible server with the model after `#`. Throws `UsageError` for an unknown provider, a
 * name without a model, a missing key, and an OpenAI-compatible model without an address.
 */
export function endpointOf(name: string, options: Pick<ModelOptions, 'baseUrl' | 'env'> = {}): Endpoint {
  const env = options.env ?? process.env
  if (/^https?:\/\//.test(name)) return addressed(name, env)
  const slash = name.indexOf('/')
  const provider = slash < 0 ? name : name.slice(0, slash)
  const modelId = slash < 0 ? '' : name.slice(slash + 1)
  if (!isProvider(provider)) {
    throw new UsageError('unknown-provider', `"${name}" names no known provider; the known are ${known}`)
  }
  if (modelId === '') {
    throw new UsageError('model-name', `"${name}" names no model; write ${provider}/MODEL`)
  }
  const naming = namings[provider]
  const apiKey = setting(env, naming.keyVariable)
  if (naming.keyRequired && apiKey === undefined) {
    throw new UsageError('missing-key', `"${name}" needs a key: set ${naming.keyVariable} in the environment`)
  }
  const baseUrl = options.baseUrl ?? setting(env, naming.baseUrlVariable)
  if (provider === 'openai-compatible' && baseUrl === undefined) {
    throw new UsageError(
      'missing-base-url',
      `"${name}" needs its server's address: give --base-url or set ${naming.baseUrlVariable}, such as http://127.0.0.1:8000/v1`,
    )
  }
  return {
    provider,
    modelId,
    ...(baseUrl === undefined ? {} : { baseUrl: checkedUrl(baseUrl) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  }
}

function addressed(name: string, env: NonNullable<ModelOptions['env']>): Endpoint {
  const hash = name.indexOf('#')
  const modelId = hash < 0 ? '' : name.slice(hash + 1)
  if (modelId === '') {
    throw new UsageError(
      'model-name',
      `"${name}" names no model; write it after a #: http://HOST:PORT/v1#MODEL`,
    )
  }
  const apiKey = setting(env, 'OPENAI_COMPATIBLE_API_KEY')
  return {
    provider: 'openai-compatible',
    modelId,
    baseUrl: checkedUrl(name.slice(0, hash)),
    ...(apiKey === undefined ? {} : { apiKey }),
  }
}

function checkedUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('bad-base-url', `"${text}" is not an http(s) address; write http://HOST:PORT/v1`)
  }
  if (url.username || url.password || url.search) {
    throw new UsageError(
      'secret-in-address',
      `${url.host}: an address with a name, password or query in it would stand in every result. Give the key in OPENAI_COMPATIBLE_API_KEY`,
    )
  }
  return text.replace(/\/+$/, '')
}

function isProvider(text: string): text is Provider {
  return Object.hasOwn(namings, text)
}

/** An empty variable is an unset one: that is what `KEY= touchstone run` means to most people. */
function setting(env: NonNullable<ModelOptions['env']>, variable: string | undefined): string | undefined {
  return variable === undefined ? undefined : env[variable]?.trim() || undefined
}
