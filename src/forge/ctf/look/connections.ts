import type { Facts } from '../facts.ts'

type Connection = Facts['connections'][number]

/** Sites that texts point to for reading. */
const reading =
  /(^|\.)(github\.com|githubusercontent\.com|gitlab\.com|ctftime\.org|pwn\.college|wikipedia\.org|google\.com|googleapis\.com|youtube\.com|youtu\.be|forms\.gle|discord\.(com|gg)|twitter\.com|x\.com|medium\.com|shell-storm\.org|archive\.org|mozilla\.org|python\.org|readthedocs\.io|dropbox\.com|mega\.nz|imgur\.com|pastebin\.com|reddit\.com|stackoverflow\.com|mit\.edu|iacr\.org|example\.com|w3\.org|npmjs\.com|docker\.com|apache\.org|cyberjousting\.com|doi\.org|arxiv\.org|t\.me|instagram\.com|facebook\.com|linkedin\.com|spotify\.com|soundcloud\.com|gist\.github\.com|goo\.gl|bit\.ly|tinyurl\.com)$/i
const patterns: readonly (readonly [Connection['protocol'], RegExp])[] = [
  [
    'tcp',
    /\b(?:nc|ncat|netcat|telnet)(?:[ \t]{1,5}-[\w-]{1,20}){0,3}[ \t]{1,5}[`<"']?([\w.-]{1,200}|\{[\w.]{1,40}\})[`>"']?[ \t]{1,5}(?:-p[ \t]{1,5})?(\d{1,5})\b/g,
  ],
  ['tcp', /\bremote\s{0,3}\(\s{0,3}["']([\w.-]{1,200})["']\s{0,3},\s{0,3}(\d{1,5})\b/g],
  ['tcp', /\bsocat\b[^\r\n]{0,60}\b(?:TCP|OPENSSL):([\w.-]{1,200}):(\d{1,5})\b/gi],
  ['http', /\bhttps?:\/\/([\w.-]{1,200}|\{[\w.]{1,40}\})(?::(\d{1,5}))?/g],
  ['tcp', /`([a-z][\w.-]{0,60})`\s{0,3},?\s{0,3}(?:on\s{1,3})?port\s{1,3}`?(\d{1,5})\b/gi],
  ['tcp', /\b((?:\d{1,3}\.){3}\d{1,3}|localhost):(\d{2,5})\b/g],
  ['tcp', /\b(localhost|127\.0\.0\.1)\b[^\r\n]{0,40}\bport\s{1,3}`?(\d{2,5})\b/gi],
  ['tcp', /\b([a-z][\w-]{0,60}(?:\.[\w-]{1,60}){1,5}):(\d{2,5})\b/g],
]

/**
 * Where a text says to connect. Addresses of the web without a port count only in what players were told, and not those of
 * sites to read at.
 */
export function connectionsIn(text: string, from: string, forPlayers: boolean): Connection[] {
  const found = new Map<string, Connection>()
  for (const [protocol, pattern] of patterns)
    for (const [, host = '', digits] of text.slice(0, 64 * 1024).matchAll(pattern)) {
      const port = digits === undefined ? undefined : Number(digits)
      if (host === '' || (port !== undefined && (port < 1 || port > 65535)) || reading.test(host)) continue
      if (
        protocol === 'http' &&
        port === undefined &&
        !forPlayers &&
        !/^(localhost|127\.)|localhost$/.test(host)
      )
        continue
      const key = `${host}:${port}`
      if (!found.has(key) && found.size < 20)
        found.set(key, { host, ...(port !== undefined && { port }), protocol, from })
    }
  return [...found.values()]
}
