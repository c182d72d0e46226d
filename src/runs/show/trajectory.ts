import pc from 'picocolors'
import { decodeContent } from '../../core/encoding.ts'
import type { EventBody, JournalEvent, SubmissionRecord } from '../../core/events.ts'
import type { Message } from '../../core/model.ts'
import { clipped, indented, safeText } from '../../pages/text.ts'
import { costOf, durationOf } from '../report/words.ts'
import { Accountant } from './account.ts'
import { accountTable } from './account-table.ts'

export interface TrajectoryOptions {
  readonly color: boolean
  /** Everything in full: long texts, files, tool definitions, evidence. Else each is cut to what one can take in. */
  readonly full: boolean
}

type Paint = ReturnType<typeof pc.createColors>
type Of<T extends EventBody['type']> = Extract<JournalEvent, { type: T }>

interface Show {
  readonly paint: Paint
  readonly full: boolean
  readonly since: number
}

/** One trial as readable text, an event at a time; control characters of agents and tools are made visible. */
export async function* renderTrajectory(
  events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>,
  { color, full }: TrajectoryOptions,
): AsyncGenerator<string> {
  const paint = pc.createColors(color)
  const accountant = new Accountant()
  let since = 0
  for await (const event of events) {
    accountant.add(event)
    if (event.type === 'trial') since = event.at
    const text = rendered(event, { paint, full, since })
    if (text !== '') yield `${text}\n`
  }
  yield accountTable(accountant.account, { color })
}

function rendered(event: JournalEvent, show: Show): string {
  switch (event.type) {
    case 'trial':
      return trialText(event, show)
    case 'secrets':
      return `${head(event, 'secrets', show)} ${safeText(JSON.stringify(event.secrets))}`
    case 'opened': {
      const names = event.actions.map(({ name }) => safeText(name)).join(', ') || 'none'
      const tools = show.full ? `\n${json(event.actions)}` : ''
      return `${head(event, 'opened', show)} in ${durationOf(event.seconds)}; actions: ${names}${tools}`
    }
    case 'request':
      return requestText(event, show)
    case 'reply':
      return replyText(event, show)
    case 'request-failed':
      return `${head(event, 'request failed', show, 'red')} ${safeText(event.code)}: ${safeText(event.message)}`
    case 'action':
      return `${head(event, 'action', show, 'cyan')} ${show.paint.bold(safeText(event.name))}${inputText(event.input, show)}`
    case 'observation': {
      const title = head(event, 'observation', show, event.ok ? 'green' : 'red')
      const data = show.full && event.data !== undefined ? `\n${json(event.data)}` : ''
      return `${title} ${event.ok ? 'ok' : 'failed'}, ${durationOf(event.seconds)}${block(event.text, show)}${data}`
    }
    case 'note':
      return `${head(event, 'note', show, 'yellow')} ${indented(safeText(event.text, true)).trimStart()}`
    case 'consultation': {
      const { outcome, reason, score, seconds } = event
      const said = `${outcome} (${safeText(reason)}), score ${rounded(score)}, ${durationOf(seconds)}`
      return `${head(event, 'consultation', show, 'magenta')} ${said}${findingsText(event.findings, show)}`
    }
    case 'candidate':
      return candidateText(event, show)
    case 'submission': {
      const stopped = event.stoppedBy ? `, stopped by the limit on ${event.stoppedBy}` : ''
      return `${head(event, 'submission', show, 'blue')}${stopped}${submissionText(event.submission, show)}`
    }
    case 'verdict':
      return verdictText(event, show)
    case 'end':
      return endText(event, show)
  }
}

/** `+12.3 s  action`: time since the attempt began. */
function head(event: JournalEvent, title: string, { paint, since }: Show, color?: keyof Paint): string {
  const at = `+${((event.at - since) / 1000).toFixed(1)} s`.padStart(9)
  const name = color ? (paint[color] as (text: string) => string)(title) : title
  return `${paint.dim(at)}  ${paint.bold(name)}`
}

function trialText(event: Of<'trial'>, { paint, full }: Show): string {
  const { suite, task, agent, model, sample } = event.identity
  const who = model === null ? agent : `${agent} @ ${model}`
  const title = paint.bold(safeText(`${suite}/${task}  ${who}  sample ${sample}`))
  const { limits, feedback } = event.brief
  const lines = [
    `attempt ${event.attempt}, ${new Date(event.at).toISOString()}, suite version ${event.suiteVersion}, seed ${event.seed}`,
    `limits: ${durationOf(limits.wallSeconds)}, ${limits.turns} turns, ${limits.tokens.toLocaleString('en')} tokens, $${limits.costUsd}`,
    ...(event.errata.length > 0 ? [`errata applied: ${event.errata.join(', ')}`] : []),
    ...(feedback.consultations > 0
      ? [`the judge may be consulted ${feedback.consultations} times (${feedback.detail})`]
      : []),
  ]
  const files = filesText(event.brief.files, { paint, full, since: 0 })
  const about = lines.map((line) => paint.dim(safeText(line))).join('\n')
  return `${title}\n${about}${block(event.brief.instructions, { paint, full, since: 0 })}${files}\n`
}

function requestText(event: Of<'request'>, show: Show): string {
  const { paint, full } = show
  // Replies and observations stand above already; what is new here is what a person or the harness said.
  const fresh = event.messages.filter(({ role }) => full || role === 'user')
  const system = event.system && (full || event.carried === 0) ? block(`system: ${event.system}`, show) : ''
  const before = event.carried > 0 ? `, after ${event.carried} earlier messages` : ''
  const title = `${head(event, 'request', show)} ${event.id + 1} to ${safeText(event.model)}${paint.dim(before)}`
  return `${title}${system}${fresh.map((message) => block(`${message.role}: ${textOf(message)}`, show)).join('')}`
}

const textOf = (message: Message): string =>
  message.role === 'assistant' && message.toolCalls
    ? `${message.text} ${compact(message.toolCalls)}`
    : message.text

function replyText(event: Of<'reply'>, show: Show): string {
  const { paint } = show
  const { message, usage, seconds, finish, cached } = event
  const price = event.costUsd === null ? 'price unknown' : costOf({ costUsd: event.costUsd, costKnown: true })
  const facts = `${durationOf(seconds)}, ${usage.inputTokens} + ${usage.outputTokens} tokens, ${price}, ${safeText(finish)}${cached ? ', cached' : ''}`
  const said = message.role === 'assistant' ? message : undefined
  const reasoning = said?.reasoning ? block(`(reasoning) ${said.reasoning}`, show, paint.dim) : ''
  const calls = (said?.toolCalls ?? []).map(
    (call) => `\n    → ${paint.bold(safeText(call.name))}${show.full ? inputText(call.input, show) : ''}`,
  )
  return `${head(event, 'reply', show, 'cyan')} ${paint.dim(facts)}${reasoning}${block(message.text, show)}${calls.join('')}`
}

function inputText(input: unknown, show: Show): string {
  if (typeof input !== 'object' || input === null) return block(compact(input), show)
  return Object.entries(input)
    .map(([name, value]) => block(`${name}: ${typeof value === 'string' ? value : compact(value)}`, show))
    .join('')
}

function candidateText(event: Of<'candidate'>, show: Show): string {
  const { id, parent, score, by, words, cost } = event
  const origin = parent === null ? '' : ` from ${parent}`
  const value = score === null ? 'no score' : `${rounded(score)} (${by})`
  const price = cost.costUsd === null ? 'price unknown' : costOf({ costUsd: cost.costUsd, costKnown: true })
  const facts = `${cost.inputTokens} + ${cost.outputTokens} tokens, ${price}, machine ${durationOf(cost.machineSeconds)}`
  const files = show.full ? submissionText(event.submission, show) : ''
  return `${head(event, 'candidate', show, 'magenta')} ${show.paint.bold(`${id}`)}${origin}: ${value}, ${show.paint.dim(facts)}${block(words, show)}${files}`
}

function submissionText(submission: SubmissionRecord, show: Show): string {
  return submission.kind === 'text'
    ? block(submission.text, show)
    : filesText(submission.files, show) || ' of no files'
}

function filesText(files: Extract<SubmissionRecord, { kind: 'files' }>['files'], show: Show): string {
  return Object.entries(files)
    .map(([path, content]) => {
      const size = decodeContent(content).byteLength
      const body = 'text' in content ? block(content.text, show) : ''
      return `\n  ${show.paint.bold(safeText(path))} ${show.paint.dim(`${size} bytes`)}${body}`
    })
    .join('')
}

function findingsText(findings: Of<'verdict'>['verdict']['findings'], { paint }: Show): string {
  const color = { error: paint.red, warning: paint.yellow, info: paint.dim }
  return findings
    .map(({ code, severity, message, at }) => {
      const where = at === undefined ? '' : `${safeText(at)}: `
      return `\n    ${color[severity](safeText(code))} ${indented(where + safeText(message, true)).trimStart()}`
    })
    .join('')
}

function verdictText(event: Of<'verdict'>, show: Show): string {
  const { paint, full } = show
  const { outcome, reason, score, metrics, findings, unchecked, evidence, judge, tools } = event.verdict
  const color = { solved: paint.green, unsolved: paint.yellow, rejected: paint.magenta }[outcome]
  const versions = Object.entries(tools).map(([name, version]) => `${name} ${version}`)
  const lines = [
    ...metrics.map(({ name, value, unit }) => `${name}: ${value} ${unit}`),
    ...(unchecked.length > 0 ? [`not checked: ${unchecked.join('; ')}`] : []),
    `judged by ${[`${judge.name} ${judge.version}`, ...versions].join(', ')} in ${durationOf(event.seconds)}`,
  ]
  const proofs = evidence.map(({ name, mediaType, content }) => {
    const body = full && 'text' in content ? block(content.text, show) : ''
    return `\n  evidence ${paint.bold(safeText(name))} ${paint.dim(`${safeText(mediaType)}, ${decodeContent(content).byteLength} bytes`)}${body}`
  })
  const title = `${head(event, 'verdict', show)} ${paint.bold(color(outcome))} (${safeText(reason)}), score ${rounded(score)}`
  return `${title}${findingsText(findings, show)}${lines.map((line) => `\n    ${paint.dim(safeText(line))}`).join('')}${proofs.join('')}`
}

function endText(event: Of<'end'>, show: Show): string {
  const { totals } = event
  const what =
    event.end === 'judged'
      ? 'judged'
      : show.paint.yellow(`void: ${safeText(event.code ?? '')}: ${safeText(event.message ?? '')}`)
  const counts = `${totals.turns} turns, ${totals.actions} actions, ${totals.inputTokens} + ${totals.outputTokens} tokens, ${costOf(totals)}, agent ${durationOf(totals.agentSeconds)}, judge ${durationOf(totals.judgeSeconds)}`
  return `${head(event, 'end', show)} ${what}\n    ${show.paint.dim(counts)}\n`
}

const json = (value: unknown): string => indented(safeText(compact(value, 2), true))

/** JSON of what stands in a journal, which may be anybody's and nested deeper than JSON can be written. */
function compact(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent) ?? ''
  } catch {
    return '(nested too deep to show)'
  }
}

function block(
  text: string,
  { full, paint }: Show,
  style: (text: string) => string = (same) => same,
): string {
  if (text.trim() === '') return ''
  const { shown, left } = full ? { shown: text, left: 0 } : clipped(text)
  const more = left > 0 ? `\n    ${paint.dim(`… ${left} more lines; --full shows them`)}` : ''
  return `\n${style(indented(safeText(shown, true)))}${more}`
}

/** A score as a person reads it. */
function rounded(score: number): string {
  return String(Math.round(score * 1000) / 1000)
}
