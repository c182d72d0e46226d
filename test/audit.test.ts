import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import type { Attack, Domain, MutantReport } from '../src/core/domain.ts'
import { InfrastructureError } from '../src/core/errors.ts'
import { type AuditSetup, executeAudit, exitCodeOfAudit } from '../src/runs/audit/execute.ts'
import { auditPage } from '../src/runs/audit/page/page.ts'
import type { AuditPlan } from '../src/runs/audit/plan.ts'
import { auditReportSchema, taskAuditSchema } from '../src/runs/audit/schema.ts'
import { auditTable } from '../src/runs/audit/table.ts'
import { nullLab, numbers, numbersSuite } from './support/memory-world.ts'
import { temporaryDirectory } from './support/temporary.ts'

const text = (answer: string) => ({ kind: 'text', text: answer }) as const

/** What goes wrong with numbers: one that is seen, one that only a proof sees, one that is right after all. */
const mutation: NonNullable<typeof numbers.mutation> = {
  mutantsOf: ({ key }, count) =>
    [`${key.number + 1}`, `${key.number}.5`, `0${key.number}`, '?'].slice(0, count).map((answer, index) => ({
      name: `kind-${index}`,
      kind: index === 0 ? 'plus' : 'odd',
      description: `it became ${answer}`,
      submission: text(answer),
    })),
  examine: async (_, { submission }): Promise<MutantReport> => {
    const answer = submission.kind === 'text' ? submission.text : ''
    const fate: Pick<MutantReport, 'ordinary' | 'proof'> = answer.includes('.')
      ? { ordinary: 'survived', proof: 'refuted' }
      : answer.startsWith('0')
        ? { ordinary: 'survived', proof: 'benign' }
        : answer === '?'
          ? { ordinary: 'invalid', proof: 'unknown' }
          : { ordinary: 'killed', proof: 'refuted' }
    const content = new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    )
    return {
      ...fate,
      reason: 'it <b>differs</b>',
      evidence: [{ name: '../wave.svg', mediaType: 'image/svg+xml', content }],
    }
  },
}

const guess: Attack = {
  name: 'guess',
  description: 'says a number',
  expect: 'not-solved',
  submission: () => text('-1'),
}

interface Changes {
  readonly domain?: Partial<Domain<{ readonly number: number }>>
  readonly plan?: Partial<AuditPlan>
  readonly setup?: Partial<AuditSetup>
  readonly tasks?: number
  readonly directory?: string
  readonly version?: string
}

async function audited({ domain, plan, setup, tasks = 3, directory, version }: Changes = {}) {
  const where = directory ?? join(await temporaryDirectory(), 'audit')
  const whole = { ...numbers, attacks: [guess], mutation, ...domain } as Domain
  const summary = await executeAudit({
    directory: where,
    plan: {
      suites: [{ suite: numbersSuite(tasks, 'numbers', version), protocol: '' }],
      task: null,
      limit: null,
      mutants: 4,
      attacks: null,
      seed: '0',
      ...plan,
    },
    domainOf: () => whole,
    openLab: nullLab,
    tools: {},
    concurrency: 2,
    attempts: 2,
    signal: new AbortController().signal,
    ...setup,
  })
  return { directory: where, summary, report: summary.report, code: exitCodeOfAudit(summary) }
}

const linesIn = async (directory: string) =>
  (await readFile(join(directory, 'tasks.jsonl'), 'utf8')).trimEnd().split('\n')

describe('a judge that can be trusted', () => {
  it('is told so, with every figure', async () => {
    const { report, code } = await audited()
    expect(report).toMatchObject({ trusted: true, planned: 3, done: 3, distrust: [] })
    expect(report.totals).toMatchObject({
      oracle: { solved: 3, unsolved: 0, rejected: 0, none: 0 },
      agreement: { agree: 3, differ: 0 },
      controls: [],
      nop: { refused: 3, solved: 0 },
      attacks: [{ name: 'guess', applied: 3, refused: 3, otherwise: 0, solved: 0 }],
      escapes: 3,
      killedAndBenign: 0,
      void: 0,
    })
    expect(report.totals.mutants).toEqual([
      {
        kind: 'odd',
        judged: 9,
        invalid: 3,
        killed: { refuted: 0, benign: 0, unknown: 0 },
        survived: { refuted: 3, benign: 3, unknown: 0 },
      },
      {
        kind: 'plus',
        judged: 3,
        invalid: 0,
        killed: { refuted: 3, benign: 0, unknown: 0 },
        survived: { refuted: 0, benign: 0, unknown: 0 },
      },
    ])
    expect(code).toBe(0)
  })

  it('is trusted whatever is odd about a task, which is told beside it', async () => {
    const lint: Domain<{ readonly number: number }>['lint'] = async ({ key }) =>
      key.number === 1 ? [{ kind: 'constant-output', message: 'the output is <b>1</b>' }] : []
    const { report, directory } = await audited({ domain: { lint } })
    expect(report.trusted).toBe(true)
    expect(report.tasks.map(({ lints }) => lints.length)).toEqual([0, 1, 0])
    expect(auditTable(report, { color: false })).toMatch(
      /Odd about the tasks themselves.*\n +constant-output 1 task\n +n1: the output is <b>1<\/b>/,
    )
    expect(await auditPage(report)).toContain('the output is &lt;b&gt;1&lt;/b&gt;')
    const line = JSON.parse((await linesIn(directory))[0] ?? '')
    expect(taskAuditSchema.parse({ ...line, lints: undefined }).lints).toEqual([])
  })

  it('shows what only a proof sees, in the table and with its picture in the page', async () => {
    const { report, directory } = await audited({ tasks: 1 })
    const table = auditTable(report, { color: false })
    expect(table).toMatch(
      /passes answers that a proof refutes.*\n +n0 +1 of 4 mutants\n +kind-1: it became 0\.5/,
    )
    const page = await auditPage(report)
    expect(page).toMatch(/mutants killed[\s\S]*<\/section>/)
    expect(page).toContain('<details><summary>1 attack')
    expect(page).toContain('<img alt="waveform: ../wave.svg" loading="lazy" src="data:image/svg+xml;base64,')
    expect(page).not.toMatch(/<svg[^>]*><script|<b>differs/)
    expect(page).toContain('<span class="gone">- 0</span>')
    const [seen] = report.tasks[0]!.mutants.filter(({ evidence }) => evidence.length > 0)
    expect(seen?.evidence[0]?.path).toBe('evidence/numbers/n0/kind-1/__wave.svg')
    expect(
      await readFile(join(directory, 'evidence/numbers/n0/kind-1/submission/submission.txt'), 'utf8'),
    ).toBe('0.5')
  })

  it('is not asked for attacks and mutants that were not wanted', async () => {
    const { report } = await audited({ plan: { mutants: 0, attacks: ['guess'], task: 'n1' } })
    expect(report.tasks.map(({ task, mutants }) => [task, mutants])).toEqual([['n1', []]])
    const page = await auditPage(report)
    expect(page).not.toMatch(/mutants killed|kind of mutant|<\/i>mutants/)
    expect(page).toContain('<details open><summary>1 attack')
    expect(auditTable(report, { color: false })).not.toMatch(/mutants +made|at most \d+ mutants/)
    await expect(audited({ plan: { attacks: ['frob'] } })).rejects.toThrow(/no attack "frob".*guess/)
    await expect(audited({ plan: { task: 'x*' } })).rejects.toThrow(/no task that matches "x\*"/)
  })
})

describe('a judge that cannot', () => {
  const judge = numbers.judge
  const { domain, ...rest } = {
    domain: (change: (outcome: Awaited<ReturnType<typeof judge>>, answer: string) => object) => ({
      judge: (async (task, submission, lab, secrets) => {
        const verdict = await judge(task, submission, lab, secrets)
        return { ...verdict, ...change(verdict, submission.kind === 'text' ? submission.text : '') }
      }) as typeof judge,
    }),
    solved: { outcome: 'solved', score: 1, reason: 'pass' },
  }

  it.each([
    [
      'an oracle that fails',
      (_: unknown, answer: string) =>
        answer === '1' ? { outcome: 'unsolved', score: 0, reason: 'wrong' } : {},
      /n1: the oracle is unsolved \(wrong\)/,
    ],
    [
      'nothing that solves',
      (_: unknown, answer: string) => (answer === '' ? rest.solved : {}),
      /n1: an empty submission solves it/,
    ],
    [
      'an attack that solves',
      (_: unknown, answer: string) => (answer === '-1' ? rest.solved : {}),
      /n1: the attack guess solves it/,
    ],
  ])('%s', async (_, change, words) => {
    const { report, code } = await audited({ domain: domain(change) })
    expect(code).toBe(1)
    expect(report.trusted).toBe(false)
    expect(auditTable(report, { color: false })).toMatch(words)
  })

  it('two judgements that differ, by one metric', async () => {
    let calls = 0
    const flaky = domain(() => ({ metrics: [{ name: 'length', value: calls++, unit: 'bytes' }] }))
    const { report, code } = await audited({ domain: flaky, tasks: 1 })
    expect(code).toBe(1)
    expect(report.distrust).toMatchObject([
      { what: 'differs', message: expect.stringMatching(/length: \d bytes and \d bytes/) },
    ])
  })

  it('but not by what a clock gave; what is known beforehand is counted', async () => {
    let calls = 0
    const control = [0, 0.5] as const
    const time = () => ({ name: 'time', value: calls++, unit: 's', clocked: true, control })
    const timed = domain(() => ({ metrics: [time()] }))
    const { report, code } = await audited({ domain: timed, tasks: 1 })
    expect([code, report.distrust]).toEqual([0, []])
    expect(report.totals.controls).toMatchObject([{ name: 'time', low: 0, high: 0.5, within: 0, outside: 2 }])
    expect(auditTable(report, { color: false })).toMatch(/time within 0 to 0\.5/)
  })

  it('a proof that contradicts the check', async () => {
    const benign: MutantReport = { ordinary: 'killed', proof: 'benign', reason: '', evidence: [] }
    const { report, code } = await audited({
      domain: { mutation: { ...mutation, examine: async () => benign } },
      tasks: 1,
    })
    expect([code, report.totals.killedAndBenign, report.distrust[0]?.what]).toEqual([1, 4, 'contradiction'])
  })

  it('an attack that fails without being rejected is a note, no distrust', async () => {
    const { report, code } = await audited({ domain: { attacks: [{ ...guess, expect: 'rejected' }] } })
    expect([code, report.totals.attacks[0]]).toEqual([
      0,
      { name: 'guess', applied: 3, refused: 0, otherwise: 3, solved: 0 },
    ])
    expect(auditTable(report, { color: false })).toContain('guess fails in 3 tasks without being rejected')
  })
})

describe('what the infrastructure does', () => {
  const failing = (which: (answer: string) => boolean, retryable = false) => ({
    judge: (async (task, submission, lab, secrets) => {
      if (which(submission.kind === 'text' ? submission.text : ''))
        throw new InfrastructureError('gone', 'the checker is gone', { retryable })
      return await numbers.judge(task, submission, lab, secrets)
    }) as typeof numbers.judge,
  })

  it('is void, in no count, and tried again by the next sitting', async () => {
    const first = await audited({ domain: failing((answer) => answer === '1') })
    expect([first.code, first.report.trusted]).toEqual([3, false])
    expect(first.report.totals).toMatchObject({ oracle: { solved: 2, unsolved: 0 }, void: 1 })
    expect(auditTable(first.report, { color: false })).toMatch(/n1: oracle: the checker is gone/)
    const second = await audited({ directory: first.directory })
    expect([second.code, second.report.totals.void, second.report.totals.oracle.solved]).toEqual([0, 0, 3])
    expect(await linesIn(first.directory)).toHaveLength(4)
  })

  it('is tried again within the sitting where that can help', async () => {
    let failures = 0
    const told: string[] = []
    const { code } = await audited({
      domain: failing((answer) => answer === '-1' && failures++ === 0, true),
      setup: { onProgress: (_, news) => news.type === 'again' && told.push(news.step) },
      tasks: 1,
    })
    expect([code, told]).toEqual([0, ['numbers/n0, attack guess']])
  })

  it('ends the audit where it stops everything', async () => {
    const { summary, code, report } = await audited({
      domain: failing((answer) => answer !== '', true),
      setup: { attempts: 1, concurrency: 1 },
      tasks: 9,
    })
    expect([code, summary.ended, report.done]).toEqual([3, 'failed', 3])
    expect(summary.failure?.message).toMatch(/3 tasks in a row.*the checker is gone/)
  })
})

describe('going on', () => {
  it('does no task again, and cuts off half a line', async () => {
    const first = await audited({ tasks: 4 })
    const lines = await linesIn(first.directory)
    await writeFile(
      join(first.directory, 'tasks.jsonl'),
      `${lines.slice(0, 2).join('\n')}\n${lines[2]!.slice(0, 50)}`,
    )
    const begun: string[] = []
    const second = await audited({
      tasks: 4,
      directory: first.directory,
      setup: { onProgress: (_, news) => news.type === 'task-ended' && begun.push(news.task.task) },
    })
    expect(begun).toHaveLength(2)
    expect(second.report).toMatchObject({ done: 4, trusted: true })
    expect((await linesIn(first.directory)).map((line) => JSON.parse(line).task).sort()).toEqual([
      'n0',
      'n1',
      'n2',
      'n3',
    ])
  })

  it('stops at once when asked to, and knows what is left', async () => {
    const stop = new AbortController()
    const { summary, code, directory } = await audited({
      tasks: 6,
      setup: {
        signal: stop.signal,
        concurrency: 1,
        onProgress: (progress) => progress.done === 2 && stop.abort(new Error('Ctrl-C')),
      },
    })
    expect([summary.ended, code, summary.report.done]).toEqual(['interrupted', 3, 2])
    expect((await audited({ tasks: 6, directory })).report.done).toBe(6)
  })

  it.each([
    ['seed', { plan: { seed: '1' } }],
    ['mutants', { plan: { mutants: 2 } }],
    ['suites', { version: '2' }],
    ['tools', { setup: { tools: { checker: '2' } } }],
  ] as const)('refuses other %s', async (what, changes) => {
    const { directory } = await audited({ tasks: 1 })
    await expect(audited({ ...changes, tasks: 1, directory })).rejects.toThrow(
      new RegExp(`other ${what}.*--out`),
    )
  })

  it('refuses a directory with other things in it, and a broken line', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'thesis.tex'), '')
    await expect(audited({ directory })).rejects.toThrow(/"thesis\.tex".*--out/)
    const first = await audited({ tasks: 1 })
    await appendFile(join(first.directory, 'tasks.jsonl'), '{"suite":"numbers"}\n')
    await expect(audited({ tasks: 1, directory: first.directory })).rejects.toThrow(
      /line 2 is not a task's audit/,
    )
  })
})

it('shows hostile text as text', async () => {
  const evil = '\u001b[31m<img src=x onerror=alert(1)>'
  const { report } = await audited({
    tasks: 1,
    domain: {
      mutation: {
        ...mutation,
        mutantsOf: (task, count, seed) =>
          mutation.mutantsOf(task, count, seed).map((one) => ({ ...one, kind: evil, description: evil })),
      },
    },
  })
  const page = await auditPage(report)
  expect(page).not.toContain('<img src=x')
  expect(`${page}${auditTable(report, { color: false })}`).not.toContain('\u001b')
})

describe('touchstone audit', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const command = (directory: string, ...argv: string[]) =>
    execa(
      process.execPath,
      [join(root, 'bin/touchstone.js'), 'audit', 'hardware-basics', '--out', directory, ...argv],
      { reject: false, env: { NO_COLOR: '1' } },
    )

  it('audits a real judge, with mutants and proofs, and says so as JSON', async () => {
    const directory = join(await temporaryDirectory(), 'audit')
    const argv = ['--task', 'majority', '--mutants', '3', '--attack', 'finish', '--json']
    const { stdout, stderr, exitCode } = await command(directory, ...argv)
    expect(stderr).toContain('hardware-basics/majority')
    const report = auditReportSchema.parse(JSON.parse(stdout))
    expect(exitCode).toBe(0)
    expect(report).toMatchObject({ trusted: true, totals: { killedAndBenign: 0, void: 0 } })
    expect(report.tasks[0]?.mutants.map(({ ordinary }) => ordinary)).toEqual(Array(3).fill('killed'))
    expect(JSON.parse(await readFile(join(directory, 'audit.json'), 'utf8'))).toEqual(report)
    expect(await readFile(join(directory, 'audit.html'), 'utf8')).toContain('Audit of hardware-basics')
  })

  it('goes on after kill -9 without doing a task twice or losing one', async () => {
    const directory = join(await temporaryDirectory(), 'audit')
    // Three tasks, two at a time: one that is done, and one that is under way.
    const argv = ['--task', 'r*', '--limit', '3', '--mutants', '0', '--attack', 'finish']
    const lines = () => readFile(join(directory, 'tasks.jsonl'), 'utf8').catch(() => '')
    const first = command(directory, ...argv)
    while ((await lines()).split('\n').length < 2) await sleep(20)
    first.kill('SIGKILL')
    await first
    const before = (await lines()).split('\n').slice(0, -1)
    const { exitCode, stdout } = await command(directory, ...argv)
    const after = (await linesIn(directory)).map((line) => JSON.parse(line).task)
    expect([exitCode, after.length, new Set(after).size]).toEqual([0, 3, 3])
    expect(after.slice(0, before.length)).toEqual(before.map((line) => JSON.parse(line).task))
    expect(stdout).toMatch(/oracle solves +3 +3 +0 +0/)
  }, 90_000)
})
