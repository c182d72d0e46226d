import type { FileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Service } from '../../../core/service.ts'
import type { ServicePlan } from '../plan.ts'
import { complaintOf, type Reason, reasonOf } from '../reasons/index.ts'
import { type Ask, type Heard, listen } from './listen.ts'

/** What a service said for itself. */
export type Answer =
  | {
      readonly answered: true
      /** What it was asked: `nothing`, `a newline`, `GET /`. */
      readonly to: string
      /** All that it said until then, and after a newline. */
      readonly text: string
      /** Its first visible line. */
      readonly line: string
      readonly flood: boolean
    }
  | {
      readonly answered: false
      readonly why:
        | 'refuses'
        | 'ends'
        | 'silent'
        | 'complains'
        | 'not-http'
        | 'server-error'
        | 'terminal-echo'
      readonly text: string
      readonly reason?: Reason
    }

/** How long a first word is waited for, in seconds. */
export type Patience = 'short' | 'long'

const newline = (patience: Patience): Ask =>
  patience === 'short'
    ? { name: 'a newline', before: 1.5, send: '\n', after: 0.8 }
    : { name: 'a newline', before: 3, send: '\n', after: 1.5 }
/** A program that reads with `scanf` or `read(0, buf, 64)` needs no line; one whose output is buffered speaks at its end. */
const others: readonly Ask[] = [
  { name: 'a number', before: 0.3, send: '1\n', after: 1 },
  { name: 'a word and the end of input', before: 0.3, send: `${'A'.repeat(64)}\n`, after: 1.5, end: true },
  { name: 'JSON', before: 0.3, send: '{}\n', after: 1 },
]
const get = (host: string): Ask => ({
  name: 'GET /',
  before: 0,
  send: `GET / HTTP/1.0\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  after: 4,
})

/**
 * Talks with a service until it has answered or everything was tried. An accepted connection is no answer, nor are the
 * words of what could not be started, nor a terminal's echo of what was sent.
 */
export async function answerOf(
  from: Sandbox,
  service: Service,
  plan: ServicePlan,
  patience: Patience = 'short',
): Promise<Answer> {
  const port = service.ready.port ?? service.ports[0] ?? plan.port
  const own: Ask[] =
    service.ready.send === undefined
      ? []
      : [{ name: 'what it waits for', before: 0.3, send: service.ready.send, after: 4 }]
  const http = plan.transport === 'http'
  const web = plan.transport === 'stdin' ? [] : [get(service.name)]
  const asks = http ? [get(service.name), ...own] : [...own, newline(patience), ...others, ...web]
  let last: Answer = { answered: false, why: 'refuses', text: '' }
  for (const ask of asks) {
    const heard = await listen(from, service.name, port, ask)
    const judged = http ? judgeHttp(heard) : judgeTcp(heard, service.files, echoes(service.command))
    if (judged.answered) return judged
    const [now, before] = [rank(judged), rank(last)]
    if (now > before || (now === before && judged.text.length > last.text.length)) last = judged
    // Nothing was asked yet: other words change nothing. But a program that dies may take the end of its words with it, and
    // a traceback without its last line tells less than there is to hear.
    if (heard.endedBefore && judged.reason && judged.reason.kind !== 'crashed') return judged
  }
  return last
}

/** What tells most is kept. */
const order = ['refuses', 'ends', 'silent', 'terminal-echo', 'not-http', 'server-error', 'complains']
const rank = (answer: Answer) => (answer.answered ? order.length : order.indexOf(answer.why))

/** Where socat or `script` puts a terminal between, it is the terminal that repeats a line, also for a program that hangs. */
function echoes(command: readonly string[]): boolean {
  return command.some((word) => /\bpty\b/.test(word) && !/\becho=0\b|\brawer\b/.test(word))
}

function judgeTcp(heard: Heard, files: FileSet, echo: boolean): Answer {
  const { before, after, endedBefore, ended, sent, flood, connected } = heard
  if (!connected) return { answered: false, why: 'refuses', text: '' }
  const atOnce = complaintOf(before, endedBefore, files)
  if (atOnce) return { answered: false, why: 'complains', text: before, reason: atOnce }
  const text = before + after
  if (visible(before)) return { answered: true, to: 'nothing', text, line: firstLine(before), flood }
  const later = complaintOf(after, ended, files)
  if (later) return { answered: false, why: 'complains', text, reason: later }
  if (echo && bare(text) === bare(sent)) return { answered: false, why: 'terminal-echo', text }
  if (text.length === 0 || (ended && !visible(text)))
    return { answered: false, why: ended ? 'ends' : 'silent', text }
  return { answered: true, to: visible(before) ? 'nothing' : heard.name, text, line: firstLine(text), flood }
}

function judgeHttp(heard: Heard): Answer {
  const text = heard.before + heard.after
  if (!heard.connected) return { answered: false, why: 'refuses', text }
  if (text.length === 0) return { answered: false, why: heard.ended ? 'ends' : 'silent', text }
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(text)
  if (!status) {
    const reason = complaintOf(text, heard.ended)
    return { answered: false, why: reason ? 'complains' : 'not-http', text, ...(reason && { reason }) }
  }
  if (Number(status[1]) >= 500) {
    const reason = complaintOf(text, false)
    return { answered: false, why: 'server-error', text, ...(reason && { reason }) }
  }
  // PHP says so with the status of a page that is as it should be.
  const fatal = /(?:^|<b>)(?:PHP )?(?:Fatal|Parse) error(?:<\/b>)?: /m.exec(text)
  if (fatal) {
    const reason = reasonOf(text.slice(fatal.index))
    return { answered: false, why: 'server-error', text, ...(reason && { reason }) }
  }
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text)?.[1]
  const line = title ? `${firstLine(text)}: ${firstLine(title)}` : firstLine(text)
  return { answered: true, to: heard.name, text, line, flood: heard.flood }
}

const bare = (text: string) => text.replace(/\s|\^[@-_]/g, '')

/** Terminal sequences: ECMA-48, and operating system commands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,300}(?:\u0007|\u001b\\)|[@-Z\\-_])/g

const visible = (text: string) => /[!-~\u00a1-\u00ff]/.test(text.replace(sequences, ''))

/** The first line that has something to see, as text that is safe to show. */
export function firstLine(text: string): string {
  const lines = Buffer.from(text.slice(0, 8000), 'latin1')
    .toString('utf8')
    .replace(sequences, '')
    .split(/[\r\n]+/)
  const line =
    lines.find((each) => /[\p{L}\p{N}]/u.test(each)) ?? lines.find((each) => each.trim() !== '') ?? ''
  const shown = line.replace(/[\p{C}\p{Zl}\p{Zp}\ufffd]/gu, '·').trim()
  return shown === '' ? '(an empty line)' : shown.length > 120 ? `${shown.slice(0, 119)}…` : shown
}
