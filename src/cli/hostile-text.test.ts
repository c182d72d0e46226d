import { expect, it, vi } from 'vitest'
import { InfrastructureError } from '../core/errors.ts'
import type { Verdict } from '../core/verdict.ts'
import { reportFailure } from './failure.ts'
import { renderVerdict } from './render-verdict.ts'

const hostile = '\u001b]0;owned\u0007'

it('an error shows control characters and does not send them', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  reportFailure(new InfrastructureError('model-unavailable', `it said ${hostile}`), false)
  const said = write.mock.calls.join('')
  write.mockRestore()
  expect(said).toContain('it said ␛]0;owned␇')
})

it('so does a verdict, wherever its text comes from', () => {
  const verdict: Verdict = {
    outcome: 'unsolved',
    score: 0,
    reason: 'mismatch',
    metrics: [],
    findings: [{ code: 'mismatch', severity: 'error', message: hostile, at: hostile }],
    evidence: [{ name: hostile, mediaType: 'text/plain', content: new Uint8Array() }],
    unchecked: [hostile],
    judge: { name: 'memory', version: '1' },
    tools: {},
  }
  expect(renderVerdict(verdict)).not.toContain('\u0007')
})
