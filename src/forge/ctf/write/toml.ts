/** What a task's TOML is made of. */
export type TomlValue =
  | string
  | number
  | boolean
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue | undefined }

/** Longer arrays stand one element a line. */
const maxColumns = 116

/** `name = value`, as people write it: inline tables, and arrays over several lines where one is too short. */
export function tomlLine(name: string, value: TomlValue): string {
  const line = `${tomlKey(name)} = ${inline(value)}`
  if (line.length <= maxColumns || !Array.isArray(value)) return line
  return [`${tomlKey(name)} = [`, ...value.map((each) => `  ${inline(each)},`), ']'].join('\n')
}

/** A key: bare where it may be (https://toml.io/en/v1.0.0#keys). */
export function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name)
}

function inline(value: TomlValue): string {
  if (typeof value === 'string') return tomlString(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return `[${value.map(inline).join(', ')}]`
  const pairs = Object.entries(value).flatMap(([name, each]) =>
    each === undefined ? [] : [`${tomlKey(name)} = ${inline(each)}`],
  )
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

function isList(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value)
}

const short: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

/** A basic string. What UTF-8 has no bytes for becomes U+FFFD, as in the file itself. */
function tomlString(text: string): string {
  const escaped = text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: TOML forbids exactly these in a string.
    .replace(/["\\\u0000-\u001f\u007f]/g, (char) => short[char] ?? hex(char))
  return `"${escaped}"`
}

function hex(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
