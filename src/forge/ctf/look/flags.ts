/** Whoever writes the word more often wants to be looked at for long. */
const mostHits = 20_000
/** Characters of a path in a program. */
const pathByte = /[\w./~-]/
const sourceEnding =
  /\.(c|cc|cpp|h|py|js|ts|go|rs|java|rb|php|html?|css|md|o|so|png|jpe?g|gif|svg|ico|dart|class|gif|s|asm|map|json)$/i

/**
 * Paths in a program's text or bytes (as Latin-1) that may be a flag's: `/flag`, `./flag.txt`, `/home/ctf/flag`; and `$FLAG`
 * where it asks its environment. The word alone counts only where it stands as a whole text.
 */
export function flagPathsIn(text: string): string[] {
  const found = new Set<string>()
  let hits = 0
  for (const hit of text.matchAll(/flag/gi)) {
    if (found.size >= 20 || ++hits > mostHits) break
    let start = hit.index
    let end = start + 4
    while (start > 0 && hit.index - start < 120 && pathByte.test(text[start - 1] ?? '')) start--
    while (end < text.length && end - hit.index < 60 && pathByte.test(text[end] ?? '')) end++
    const path = text.slice(start, end).replace(/[.-]+$/, '')
    if (isEnvironment(text, start, path)) found.add(`$${path.replace(/^\$/, '')}`)
    else if (
      isFlagPath(path, text[start - 1] ?? '', text[end] ?? '', text.slice(Math.max(0, start - 12), start))
    )
      found.add(path)
  }
  return [...found]
}

function isEnvironment(text: string, start: number, path: string): boolean {
  if (!/^([A-Z0-9]{1,20}_)?FLAG\d{0,2}$/.test(path)) return false
  const before = text.slice(Math.max(0, start - 30), start)
  return /(environ(\.get\(|\[)|getenv\(|process\.env(\.|\[)|\bENV\[)\s{0,3}["']?$/.test(before)
}

function isFlagPath(path: string, before: string, after: string, earlier: string): boolean {
  if (/\/\/|\.\.\.|--/.test(path) || sourceEnding.test(path)) return false
  const name = path.split('/').at(-1) ?? ''
  if (
    !/^\.?(the_?|real_?|secret_?|my_?)?flags?\d{0,3}([_-]\w{1,20})?(\.(txt|dat|bin|enc|key|md|out|data|in|secret|log))?$/i.test(
      name,
    )
  )
    return false
  if (path.includes('/')) return /^(\.{0,2}\/|~\/|[\w.-]+\/)/.test(path) && !/^[A-Z]\w*\/flag$/.test(path)
  // After anything else it is a member of something: `f().flags`.
  if (path.startsWith('.') && !/["'`\0 ]/.test(before)) return false
  if (/\w\.\w+$/.test(name)) return true
  // A word alone: as a text of its own, or what a command shows.
  const quoted =
    /["'`]/.test(before) &&
    /["'`]/.test(after) &&
    /(open|File|read\w*|cat|path|load)\s{0,3}\(?\s{0,3}["'`]$/.test(earlier)
  const bare = before === '\0' && after === '\0' && /^flag$/.test(path)
  return quoted || bare || (/\b(cat|<) $/.test(earlier) && /^[\0"'`\n;)]?$/.test(after))
}

/** Names that come before `{` in flags, besides those that contain flag or ctf. */
const prefix =
  /flag|ctf|^(pico|csaw|hitcon|ductf|corctf|actf|tjctf|utflag|uiuctf|dice|lactf|hsctf|ictf|sekai|uoftctf|bcactf|hkcert\d{0,2}|wtfctf|zh3r0|pctf|asis|gigem|inctf|cctf|sun|rtctf|rs|mc|ctflearn|htb|thm|vsctf|n00bz|amateursctf|b01lers|bctf|irisctf|justctf|ptm|codegate\d{0,4}|pwn|key|ctfzone|tuctf|swamp|nactf|pbctf|wpi|brck|sctf|shellmates|cybrics|vishwactf|kalmar|l3ak|isitdtu|midnight|thcon|0xl4ugh|bkctf|swampctf|squ1rrel)$/i

/**
 * Texts that look like a flag, or like the form of one: a word that names a competition, and something in braces without
 * spaces. `names` are further words that count, of the competition at hand.
 */
export function flagTextsIn(text: string, names: readonly string[]): string[] {
  const found = new Set<string>()
  const own = new Set(names.map((name) => name.toLowerCase()))
  for (
    let at = text.indexOf('{'), hits = 0;
    at >= 0 && found.size < 20 && hits < 10 * mostHits;
    at = text.indexOf('{', at + 1), hits++
  ) {
    let start = at
    while (start > 0 && at - start < 30 && /[\w-]/.test(text[start - 1] ?? '')) start--
    const word = text.slice(start, at)
    if (word.length < 2 || !/^[A-Za-z0]/.test(word) || !(prefix.test(word) || own.has(word.toLowerCase())))
      continue
    const inner = /^\{([\x21-\x7a\x7c\x7e]{2,160})\}/.exec(text.slice(at, at + 170))?.[1]
    if (inner === undefined || /[;]$|^\$|^\w+\(|=>|^[\w.]+:[\w.]+,/.test(inner)) continue
    // A formatted text's hole, not its content.
    if (/^[a-z_]\w{0,20}$/i.test(inner) && /^(flag|f|fmt|format)$/.test(word) && inner.length < 4) continue
    found.add(`${word}{${inner}}`)
  }
  return [...found]
}
