import type {
  EventBody,
  JournalEvent,
  SubmissionRecord,
  Totals,
  TrialIdentity,
  VerdictRecord,
} from '../../core/events.ts'
import { type Account, accounted, accountOf } from './account.ts'

type Of<T extends EventBody['type']> = Extract<JournalEvent, { type: T }>

/** What a journal says of its trial: the last attempt, how many there were, and what all of them cost. */
export interface TrialState extends Account {
  readonly identity: TrialIdentity
  /** Attempts that were begun. */
  readonly attempts: number
  /** The number of the last one. */
  readonly attempt: number
  readonly seed: string
  readonly domain: string
  readonly suiteVersion: string
  readonly errata: readonly string[]
  readonly brief: Of<'trial'>['brief']
  /** What was drawn for the attempt and planted in its environment. */
  readonly secrets: Readonly<Record<string, string>>
  readonly submission: SubmissionRecord | null
  readonly stoppedBy: Of<'submission'>['stoppedBy']
  readonly verdict: VerdictRecord | null
  /** Null where the attempt was cut off, or is still under way. */
  readonly end: 'judged' | 'void' | null
  readonly voided: { readonly code: string; readonly message: string; readonly retryable: boolean } | null
  /** Of the last attempt. */
  readonly totals: Totals | null
  /** Milliseconds since 1970. */
  readonly beganAt: number
  readonly lastAt: number
  /** The number of the last event. */
  readonly lastSeq: number
}

/** Folds the events of one journal; undefined for a journal without a `trial` event. */
export async function foldTrial(
  events: AsyncIterable<JournalEvent> | Iterable<JournalEvent>,
): Promise<TrialState | undefined> {
  let state: TrialState | undefined
  for await (const event of events) state = folded(state, event)
  return state
}

/** The state after one more event. */
export function folded(state: TrialState | undefined, event: JournalEvent): TrialState | undefined {
  if (event.type === 'trial') return begun(event, state)
  if (!state) return undefined
  const now = { ...state, lastAt: event.at, lastSeq: event.seq }
  switch (event.type) {
    case 'reply':
    case 'candidate':
      return { ...now, ...accounted(state, event) }
    case 'secrets':
      return { ...now, secrets: event.secrets }
    case 'submission':
      return { ...now, submission: event.submission, stoppedBy: event.stoppedBy }
    case 'verdict':
      return { ...now, verdict: event.verdict }
    case 'end':
      return { ...now, end: event.end, totals: event.totals, voided: voidedBy(event) }
    default:
      return now
  }
}

function begun(event: Of<'trial'>, before: TrialState | undefined): TrialState {
  const { identity, attempt, seed, domain, suiteVersion, errata, brief, at, seq } = event
  return {
    identity,
    attempts: (before?.attempts ?? 0) + 1,
    attempt,
    seed,
    domain,
    suiteVersion,
    errata,
    brief,
    secrets: {},
    submission: null,
    stoppedBy: null,
    verdict: null,
    end: null,
    voided: null,
    totals: null,
    ...accountOf(before),
    beganAt: at,
    lastAt: at,
    lastSeq: seq,
  }
}

function voidedBy(event: Of<'end'>): TrialState['voided'] {
  if (event.end === 'judged') return null
  const { code = 'unknown', message = '', retryable = false } = event
  return { code, message, retryable }
}
