import type { FileSet } from '../../../core/files.ts'

/** How a flag stands in bytes without being hidden. */
export type Trace = 'plain' | 'hex' | 'base64' | 'reversed' | 'UTF-16'

/** Shortest text that is looked for: shorter ones are everywhere. */
const shortest = 6

/**
 * In which dress a flag stands in some bytes: as it is, backwards, in hex of either case, in UTF-16, or anywhere inside a
 * text in base64, whatever stands before it.
 */
export function tracesOf(flag: string, bytes: Uint8Array): Trace[] {
  const secret = Buffer.from(flag)
  if (secret.length < shortest) return []
  const inside = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hex = secret.toString('hex')
  const reversed = Buffer.from(secret).reverse()
  const forms: readonly (readonly [Trace, Buffer | string])[] = [
    ['plain', secret],
    ['reversed', reversed],
    ['hex', hex],
    ['hex', hex.toUpperCase()],
    ['UTF-16', Buffer.from(flag, 'utf16le')],
    ['UTF-16', Buffer.from(flag, 'utf16le').swap16()],
    ...inBase64(secret).map((text) => ['base64', text] as const),
    ...inBase64(secret).map((text) => ['base64', text.replaceAll('+', '-').replaceAll('/', '_')] as const),
  ]
  return [...new Set(forms.filter(([, form]) => inside.includes(form)).map(([trace]) => trace))]
}

/** RFC 4648: what is the same in every text that has it, for each of the three places where it may begin. */
function inBase64(secret: Buffer): string[] {
  return [0, 1, 2].map((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), secret])
      .toString('base64')
      .replace(/=+$/, '')
    const first = lead === 0 ? 0 : lead + 1
    const last = (lead + secret.length) % 3 === 0 ? text.length : text.length - 1
    return text.slice(first, last)
  })
}

/** Where in files a flag stands: `notes.txt (plain)`. */
export function placesOf(flag: string, files: FileSet): string[] {
  return [...files].flatMap(([path, bytes]) => {
    const traces = tracesOf(flag, bytes)
    const named = path.includes(flag) ? ['name'] : []
    return [...named, ...traces].map((trace) => `${path} (${trace})`)
  })
}

/** Whoever writes the word more often wants to be looked at for long. */
const mostHits = 20_000

/** Texts that look like a flag of this form (`csaw{*}`), in bytes that may be anything. */
export function flagsOf(format: string, bytes: Uint8Array): string[] {
  const [head = '', tail = ''] = format.split('*')
  if (head.length < 3) return []
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const form = new RegExp(`${literal(head)}[\\x21-\\x7a|]{4,100}?${literal(tail)}`, 'g')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const found = new Set<string>()
  let hits = 0
  for (const [each] of text.matchAll(form)) {
    found.add(each)
    if (found.size >= 20 || ++hits >= mostHits) break
  }
  return [...found]
}

/** Most texts that are taken out of one file. */
const mostLikes = 50_000

/**
 * Texts of any flag's form, `word{…}`, in the order in which they stand. It goes from brace to brace: a pattern that may
 * begin at every letter takes a dozen seconds for a file of 16 MiB, and nothing else happens meanwhile.
 */
export function flagLikes(text: string): string[] {
  const found: string[] = []
  for (let at = text.indexOf('{'); at >= 0 && found.length < mostLikes; at = text.indexOf('{', at + 1)) {
    let start = at
    while (start > 0 && at - start < 40 && /[\w-]/.test(text[start - 1] ?? '')) start--
    if (start === at) continue
    const inner = /^\{[^{}\0\n]{1,200}\}/.exec(text.slice(at, at + 202))?.[0]
    if (inner !== undefined) found.push(text.slice(start, at) + inner)
  }
  return found
}
