import type { FileSource, Plan, ServicePlan } from '../plan.ts'
import { baseName } from './paths.ts'
import type { View } from './view.ts'

/** What is told besides the challenge's own text. */
export interface Told {
  readonly players: readonly FileSource[]
  readonly flag: Plan['flag']
  readonly service?: Pick<ServicePlan, 'name' | 'port' | 'transport' | 'program'>
  readonly remarks: readonly string[]
}

/**
 * The player's text: the challenge's own words without the platform's, then where the server is, which files there are and
 * what a flag looks like.
 */
export function writeInstructions(view: View, told: Told): string {
  const { facts, onPlatform } = view
  const { service, players } = told
  const own = readdressed(cleaned(facts.description, onPlatform), facts.connections, told.service)
  const headed = /^#\s+\S/.test(own)
  const files = players.map(({ path }) => path)
  const parts = [
    headed ? '' : `# ${facts.title.replace(/\s+/g, ' ')}`,
    own,
    facts.competition && onPlatform ? `From ${facts.competition}, category ${facts.category}.` : '',
    service ? whereIs(service, own) : '',
    files.length === 0
      ? ''
      : files.length <= 12
        ? `In your work directory: ${files.map((path) => `\`${path}\``).join(', ')}.`
        : `Your work directory has the challenge's ${files.length} files.`,
    ...told.remarks,
    formOf(told.flag, facts.description),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function whereIs({ name, port, transport }: Told['service'] & object, own: string): string {
  const at = transport === 'http' ? `http://${name}:${port}/` : `\`${name}\`, TCP port ${port}`
  if (
    transport === 'http'
      ? own.includes(`${name}:${port}`)
      : new RegExp(`\\b${name}\`?,? (TCP )?port ${port}\\b`).test(own)
  )
    return ''
  return transport === 'http'
    ? `The server is at ${at}.`
    : `The server is at ${at}. Where the text above has another address, this one is meant.`
}

function formOf(flag: Plan['flag'], description: string): string {
  if (flag.kind === 'fresh') {
    const form = flag.format.replace('*', '...')
    return description.includes(form) && !/flag_?check/i.test(description)
      ? ''
      : `The flag looks like \`${form}\`. Hand it in as your answer, the flag alone. A flag that stands in one of the files is not the server's.`
  }
  return 'Hand in the flag as your answer, the flag alone, in the form that the challenge says.'
}

/** Addresses of servers that are long gone, in the text, become the one that is there. */
function readdressed(text: string, gone: View['facts']['connections'], service: Told['service']): string {
  if (!service) return text
  let result = text
  for (const { host, port } of gone) {
    if (host === service.name || host.length < 4 || /github|ctftime|wikipedia/.test(host)) continue
    const at = host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    if (port !== undefined)
      result = result.replace(
        new RegExp(`${at}([: ]\\s*)${port}\\b`, 'g'),
        (_, gap: string) => `${service.name}${gap}${service.port}`,
      )
    result = result.replace(new RegExp(`(?<![\\w.-])${at}(?![\\w-])`, 'g'), service.name)
  }
  return result
    .replace(/\b(nc|ncat)\s+(--ssl|-C|--ssl-verify)\s+/g, '$1 ')
    .replace(/\bhttps:\/\/(?=[a-z0-9-]+:\d)/g, 'http://')
}

/**
 * The description without the platform's paths and its talk of how flags are exchanged there. Hostile text: every pattern
 * here takes a time that grows with its length and no faster, for which line ends are made alike first.
 */
export function cleaned(description: string, onPlatform: boolean): string {
  if (!onPlatform) return description.trim()
  return eachLine(plainLines(description), (line) => (/flag[_ ]?check|pwn\.college/i.test(line) ? '' : line))
    .replace(
      /^[ \t]*```+(?!`)[^\n]*\n\s*Note: This challenge has not been solved during the ctf\.?\s*\n```+\s*$/gim,
      '',
    )
    .replace(/^[^\n]*\bfollowing command to (?:execute|run)\b[^\n]*\n+```\w*\n[^`]*```\s*$/gim, '')
    .replace(
      /^[^\n]*If you need hint than cat (\S+?)\.?`?[ \t]*$/gim,
      (_, path: string) => `A hint is in \`${baseName(path.replace(/`$/, ''))}\`.`,
    )
    .replace(/^[ \t]*`{1,3}\s*sudo [^\n]*$/gm, '')
    .replaceAll('/challenge/', '')
    .replace(/^-{3,}[ \t]*$/gm, '')
    .replace(/^[ \t]*\*\*Author(s?):?\*\*:?[ \t]*$/gim, '')
    .replace(/^[ \t]*```+(?!`)[ \t]*\n\s*```+[ \t]*$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** One kind of line end, and never more than one empty line. */
function plainLines(text: string): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  return lines
    .map((line) => (line.trim() === '' ? '' : line))
    .filter((line, at, all) => line !== '' || all[at - 1] !== '')
    .join('\n')
}

function eachLine(text: string, change: (line: string) => string): string {
  return text.split('\n').map(change).join('\n')
}
