import type { EnvironmentSecrets } from '../../../core/domain.ts'
import type { Service } from '../../../core/service.ts'
import { Fallen } from '../../source.ts'
import { needsOf } from '../reasons/files.ts'
import { type Reason, reasonOf } from '../reasons/index.ts'
import { packageOfProgram } from '../reasons/packages.ts'

/** What was seen of a service that did not answer. */
export interface Unanswered {
  readonly why: string
  /** The end of what it printed, and what it said on connections. */
  readonly log: string
  readonly text: string
  readonly reason?: Reason
  readonly ends?: number
  readonly lastEnd?: string | undefined
}

/** Why a service does not answer, as its own words and its end show it, and what to do about it. */
export function fallenOf(service: Service, seen: Unanswered): Fallen {
  const log = [tidied(seen.log), shown(utf8(seen.text))].filter(Boolean).join('\n--- on a connection ---\n')
  const reason = seen.reason ?? ofEnd(service, seen) ?? reasonOf(`${seen.log}\n${seen.text}`, service.files)
  if (reason) {
    const line = reason.line ? ` ("${reason.line}")` : ''
    return new Fallen(reason.kind, `${reason.message}${line}`, { log })
  }
  const [kind, message] = ofSight(service, seen)
  return new Fallen(kind, message, { log })
}

/** What the end of its program tells where it said nothing, or more than its words do. */
function ofEnd({ command, files }: Service, { lastEnd = '', ends = 0, log }: Unanswered): Reason | undefined {
  if (ends === 0) return undefined
  const line = `${command.join(' ').slice(0, 200)}: ${lastEnd}`
  const limit = /at the (\w+) limit/.exec(lastEnd)?.[1]
  if (limit)
    return {
      kind: 'limit',
      message: `it reaches its ${limit} limit before it answers; give it more, or less to do`,
      line,
    }
  if (log !== '') return undefined
  const [program = ''] = command
  const code = /exit code (\d+)/.exec(lastEnd)?.[1]
  if (code === '127' || code === '126') {
    const needs = needsOf(files, program)
    const wanted = needs?.interpreter ?? program
    const debian = packageOfProgram(wanted)
    const kind =
      code === '126' && needs ? 'other-machine' : needs || debian ? 'missing-interpreter' : 'missing-file'
    const how = debian ? `: install Debian's ${debian}` : ''
    const what =
      kind === 'other-machine'
        ? `${program} is nothing that this machine can run`
        : needs
          ? `${program} wants ${wanted}, which is not here${needs.bits === 32 ? ': install libc6-i386' : how}`
          : `there is no program ${program}${how}`
    return { kind, message: what, line }
  }
  return undefined
}

/** Where no word tells why. */
function ofSight({ name }: Service, { why, ends = 0, lastEnd, text }: Unanswered): readonly [string, string] {
  if (ends > 0 && /signal SIG(SEGV|ABRT|IOT|ILL|BUS|FPE|TRAP|SYS)/.test(lastEnd ?? ''))
    return ['crashed', `"${name}" crashes at its start (${lastEnd})`]
  if (ends > 0)
    return [
      'ended-at-once',
      `"${name}" ended ${ends === 1 ? 'once' : `${ends} times`} before it answered (the last time: ${lastEnd})`,
    ]
  switch (why) {
    case 'refuses':
      return [
        'never-listened',
        `"${name}" runs and never takes a connection at its port: it listens on another port or on 127.0.0.1 only, waits for something, or is no server and has to be started by socat`,
      ]
    case 'ends':
    case 'closes':
      return [
        'ended-at-once',
        'connections are accepted and closed without a word: what is started for each of them ends at once, or waits for more than it is told',
      ]
    case 'other':
      return ['unexpected-answer', 'it answers something else than ready.expect wants']
    case 'not-http':
      return ['not-http', `it is said to speak HTTP and answers "${shown(utf8(text)).slice(0, 80)}"`]
    case 'server-error':
      return ['server-error', `its web server answers with an error: "${shown(utf8(text)).slice(0, 80)}"`]
    case 'terminal-echo':
      return [
        'silent',
        'nothing comes back but the echo of its terminal: what runs on it says nothing (set echo=0 to see that)',
      ]
    default:
      return [
        'silent',
        'it takes connections and says nothing for seconds, whatever it is told: a program that reckons first has to reckon less, one that waits for binary input needs ready.send, one that buffers its output stdbuf or a terminal',
      ]
  }
}

/** Hides a flag that was drawn for the proof in what is kept and shown; it is worth nothing, and looks as if it were. */
export function withoutSecrets<T>(thrown: T, secrets: EnvironmentSecrets): T | Fallen {
  if (!(thrown instanceof Fallen)) return thrown
  const [message, log] = [hidden(thrown.message, secrets), hidden(thrown.log, secrets)]
  return new Fallen(thrown.kind, message, { log, cause: thrown.cause })
}

/** The same for a text: another proof of the same challenge then says the same. */
export function hidden(text: string, secrets: EnvironmentSecrets): string {
  const words = Object.entries(secrets).flatMap(([name, value]) => {
    const random = /[A-Za-z0-9]{12,}/.exec(value)?.[0]
    return [value, ...(random ? [random] : [])].map((word) => ({ word, name }))
  })
  return words.reduce(
    (rest, { word, name }) => (word.length < 6 ? rest : rest.replaceAll(word, `[the ${name}]`)),
    text,
  )
}

function shown(text: string): string {
  return text
    .slice(0, 4096)
    .replace(/[^\P{Cc}\n\t]/gu, '·')
    .trim()
}

/** What socat says of connections that were closed by who tried it, and repetitions, tell nothing. */
function tidied(log: string): string {
  const noise =
    /socat\[\d+\] E (write\(.*Broken pipe|waitpid\(\): child \d+ exited with)|^waitpid\(\): child \d+ exited with/
  const seen = new Set<string>()
  const lines = log.split('\n').filter((line) => {
    const bare = line.replace(/^.*socat\[\d+\]/, 'socat')
    if (noise.test(line) || (seen.has(bare) && /\w/.test(bare))) return false
    seen.add(bare)
    return true
  })
  return shown(lines.join('\n'))
}

const utf8 = (text: string) => Buffer.from(text, 'latin1').toString('utf8')
