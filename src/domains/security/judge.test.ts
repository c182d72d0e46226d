import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSet } from '../../core/files.ts'
import type { SandboxBackend } from '../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../sandbox/index.ts'
import { freshFlag, secretsOf } from './flags.ts'
import { judge } from './judge.ts'
import { type FlagPlan, readKey, type SecurityKey } from './key.ts'
import { taskOf } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

async function judged(flag: FlagPlan, text: string, secrets: Record<string, string> = {}) {
  await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
  return await judge(taskOf(flag), { kind: 'text', text }, lab, secrets)
}

describe('a fresh flag', () => {
  const flag: FlagPlan = { kind: 'fresh', format: 'touchstone{*}', original: 'touchstone{as_published}' }
  const secrets = { flag: 'touchstone{Abc123}' }

  it('is solved by exactly that, with white space around it', async () => {
    expect(await judged(flag, '  touchstone{Abc123}\n', secrets)).toMatchObject({
      outcome: 'solved',
      score: 1,
    })
  })

  it.each([
    ['touchstone{abc123}', 'unsolved', 'wrong-flag'],
    ['Abc123', 'unsolved', 'wrong-flag'],
    ['touchstone{Abc123} touchstone{Other}', 'unsolved', 'wrong-flag'],
    ['touchstone{Other}\ntouchstone{Abc123}', 'rejected', 'not-one-flag'],
    ['touchstone{Abc123}\0x', 'rejected', 'not-one-flag'],
    ['touchstone{as_published}', 'unsolved', 'original-flag'],
    ['', 'unsolved', 'nothing'],
    ['touchstone{Abc123}'.padEnd(1001, 'x'), 'rejected', 'not-one-flag'],
  ])('%j is %s: %s', async (text, outcome, reason) => {
    expect(await judged(flag, text, secrets)).toMatchObject({ outcome, reason, score: 0 })
  })

  it('tells nothing of how near a wrong one is', async () => {
    const [near, far] = [await judged(flag, 'touchstone{Abc12}', secrets), await judged(flag, 'x', secrets)]
    expect(near).toEqual(far)
  })

  it('that is not known makes the trial void', async () => {
    await expect(judged(flag, 'touchstone{}')).rejects.toMatchObject({ code: 'no-secret', retryable: false })
  })

  it('is of its form, and another each time', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[!-)+-~]{0,20}$/),
        fc.stringMatching(/^[!-)+-~]{0,5}$/),
        (before, after) => {
          const [one, other] = [freshFlag(`${before}*${after}`), freshFlag(`${before}*${after}`)]
          expect(one.startsWith(before) && one.endsWith(after)).toBe(true)
          expect(one.length).toBe(before.length + after.length + 20)
          expect(one).not.toBe(other)
        },
      ),
    )
  })

  it('that is planted nowhere is an error of the task', () => {
    expect(() => secretsOf(taskOf(flag))).toThrow(/no service has it planted/)
  })
})

describe('a flag that is always the same', () => {
  it('is told as such', async () => {
    const verdict = await judged({ kind: 'static', value: 'picoCTF{x}', ignoreCase: false }, 'picoCTF{x}')
    expect(verdict).toMatchObject({ outcome: 'solved', metrics: [{ name: 'static flag', value: 1 }] })
    expect(verdict.findings).toMatchObject([{ code: 'static-flag', severity: 'info' }])
    expect(verdict.unchecked).toHaveLength(1)
  })

  it('may be known by its digest alone', async () => {
    const digest = createHash('sha256').update('flag{x}').digest('hex')
    expect(await judged({ kind: 'sha256', digest }, 'flag{x}\n')).toMatchObject({ outcome: 'solved' })
    expect(await judged({ kind: 'sha256', digest }, digest)).toMatchObject({ outcome: 'unsolved' })
  })
})

describe('a checker program', () => {
  const checker = (script: string, argv: string[] = []): FlagPlan => ({
    kind: 'checker',
    command: ['./check.sh', ...argv],
    files: fileSet({ 'check.sh': `#!/bin/bash\n${script}\n` }),
    accepts: '(?<![A-Za-z])[Cc]orrect',
    refuses: '[Ii]ncorrect|Wrong',
  })
  const honest = 'read -r f; [ "$f" = right ] && echo Correct || echo Wrong'

  it('decides', async () => {
    expect(await judged(checker(honest), 'right')).toMatchObject({ outcome: 'solved' })
    expect(await judged(checker(honest), 'left')).toMatchObject({ outcome: 'unsolved', reason: 'wrong-flag' })
    const argued = checker('[ "$1" = right ] && echo Correct || { echo Wrong; exit 1; }', ['{flag}'])
    expect(await judged(argued, 'right')).toMatchObject({ outcome: 'solved' })
    expect(await judged(argued, '$(echo right)')).toMatchObject({ outcome: 'unsolved' })
  })

  it.each([
    ['crashes', 'kill -SEGV $$'],
    ['says nothing', 'exit 0'],
    ['says yes to everything', 'echo Correct'],
    ['says both', 'echo Correct; echo Wrong'],
    ['cannot be run', 'exec ./no-such-program'],
    ['floods', 'yes Correct'],
  ])('that %s is void, never a pass', async (_what, script) => {
    await expect(judged(checker(script), 'right')).rejects.toMatchObject({ code: 'checker-failed' })
  })

  it.each([
    [
      'crashes on it',
      'read -r f; [ $(expr length "$f") -gt 50 ] && kill -SEGV $$; echo Wrong',
      'A'.repeat(60),
      'rejected',
    ],
    [
      'says yes and fails',
      'read -r f; [ "$f" = x ] && { echo Correct; exit 3; }; echo Wrong',
      'x',
      'rejected',
    ],
    ['repeats it', 'read -r f; echo "Wrong: $f"', 'Correct', 'unsolved'],
    ['would say yes without the letters of it', 'echo Incorrect', 'In', 'unsolved'],
    ['repeats it in part', 'read -r f; echo "Wrong: $(printf %.9s "$f")"', 'Correct..and more', 'rejected'],
  ])('that %s does not solve, nor make the trial void', async (_what, script, flag, outcome) => {
    expect(await judged(checker(script), flag)).toMatchObject({ outcome, score: 0 })
  })
})

describe('the key', () => {
  const read = (settings: Record<string, unknown>, more: object = {}): SecurityKey =>
    readKey({
      tests: new Map(),
      solution: new Map(),
      environment: new Map(),
      brief: {},
      answer: { kind: 'text', maxBytes: 1000 },
      settings,
      ...more,
    })

  it.each([
    [{}, /flag/],
    [{ flag: { format: 'flag{}' } }, /\*/],
    [{ flag: { format: 'a*b*' } }, /\*/],
    [{ flag: { sha256: 'ABC' } }, /SHA-256/],
    [{ flag: { checker: ['./check'], accepts: 'y', refuses: 'n' } }, /tests\/ has no check/],
    [{ flag: { value: 'x', format: 'y*' } }, /flag/],
  ])('%j is refused', (settings, message) => {
    expect(() => read(settings)).toThrow(message)
  })

  it('an answer that is no text is refused', () => {
    const answer = { kind: 'files', paths: ['flag.txt'], maxBytes: 10 } as const
    expect(() => read({ flag: { value: 'x' } }, { answer })).toThrow(/kind = "text"/)
  })

  it('a solver that nothing runs is refused', () => {
    const solution = fileSet({ 'solve.py': '' })
    expect(() => read({ flag: { value: 'x' } }, { solution })).toThrow(/solver.command/)
    const solver = (...command: string[]) => read({ flag: { value: 'x' }, solver: { command } }, { solution })
    const [name = ''] = solution.keys()
    expect(() => solver('python3', '.solver/missing.py')).toThrow(
      /names \.solver\/missing\.py, and solution\/ has no/,
    )
    expect(solver('python3', `.solver/${name}`).solver?.command).toHaveLength(2)
  })
})
