import type { EarlierCandidate } from '../../core/candidate.ts'
import { decodeSubmission } from '../../core/encoding.ts'
import type { JournalEvent } from '../../core/events.ts'
import { readJournal } from './reader.ts'

/**
 * What the attempts in a trial's journal have tried, oldest first. Attempts on another version of the suite are left out:
 * what they found out may not hold any more. Throws what `readJournal` throws.
 */
export async function earlierCandidates(path: string, suiteVersion: string): Promise<EarlierCandidate[]> {
  const found: EarlierCandidate[] = []
  let same = false
  for await (const event of readJournal(path)) {
    if (event.type === 'trial') same = event.suiteVersion === suiteVersion
    else if (event.type === 'candidate' && same) found.push(candidateOf(event))
  }
  return found
}

/** A candidate as an agent knows it, from its event. */
export function candidateOf(event: Extract<JournalEvent, { type: 'candidate' }>): EarlierCandidate {
  const { id, parent, submission, score, by, words, cost, seconds } = event
  return { id, parent, submission: decodeSubmission(submission), score, by, words, cost, seconds }
}
