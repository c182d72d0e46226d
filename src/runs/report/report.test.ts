import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  answering,
  noFacts,
  nullLab,
  numbers,
  numbersSuite,
  planOf,
  scripted,
  turnsAgent,
} from '../../../test/support/memory-world.ts'
import { temporaryDirectory } from '../../../test/support/temporary.ts'
import type { Agent } from '../../core/agent.ts'
import { InfrastructureError, LimitReached } from '../../core/errors.ts'
import { executeRun } from '../execute.ts'
import type { Plan } from '../plan.ts'
import { reportPage } from './page/page.ts'
import { reportOf } from './report.ts'
import { type Report, reportSchema } from './schema.ts'
import { reportTable } from './table.ts'

const browser = '/usr/bin/chromium'
const hostile = '<img src=x onerror=alert(1)>"\'&\u202e\u001b[31m'

/** Right on even numbers; in the others runs into a limit, writes words, or meets a broken world, by turns. */
const mixed: Agent = {
  name: 'mixed',
  async attempt({ brief }) {
    const number = Number(/number (\d+)/.exec(brief.instructions)?.[1])
    if (number % 2 === 0) return { kind: 'text', text: `${number}` }
    if (number % 3 === 0) throw new LimitReached('turns', '50 turns are used')
    if (number === 1) throw new InfrastructureError('provider-503', 'down', { retryable: false })
    return { kind: 'text', text: number === 5 ? 'words' : '0' }
  },
}

async function reported(plan: Plan, agents: Record<string, Agent>): Promise<Report> {
  const directory = join(await temporaryDirectory(), 'run')
  await executeRun({
    directory,
    plan,
    resources: {
      domainOf: () => numbers,
      agentOf: (name) => agents[name]!,
      modelOf: (name) => ({ ...scripted, name }),
      openLab: nullLab,
    },
    facts: noFacts,
    concurrency: 4,
  })
  return reportOf(directory)
}

describe('a report', () => {
  it('counts outcomes and reasons, voids apart', async () => {
    const report = await reported(planOf({ suite: numbersSuite(10), agents: ['mixed'], samples: 2 }), {
      mixed,
    })
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    // Numbers 0 2 4 6 8 are solved; 3 9 hit a limit and collect nothing, which is rejected as no number; 5 words; 7 wrong.
    expect(report.groups).toHaveLength(1)
    expect(report.groups[0]).toMatchObject({
      planned: 20,
      judged: 18,
      solved: 10,
      unsolved: 2,
      rejected: 6,
      void: 2,
      open: 0,
      unsolvedBy: { wrong: 2 },
      rejectedBy: { 'not-a-number': 6 },
      voidBy: { 'provider-503': 2 },
      tasks: 9,
      tasksSolved: 5,
    })
    const [one, two] = report.groups[0]!.passAtK
    expect(one).toMatchObject({ k: 1, tasks: 9, estimate: { mean: expect.closeTo(5 / 9, 12) } })
    expect(two).toMatchObject({ k: 2, tasks: 9, estimate: { mean: expect.closeTo(5 / 9, 12) } })
  })

  it('names a limit as the reason where one ended the agent’s part', async () => {
    const agent: Agent = {
      name: 'late',
      async attempt(environment) {
        await environment.act('write', { text: '-1' })
        throw new LimitReached('tokens', 'all tokens are used')
      },
    }
    const report = await reported(planOf({ agents: ['late'] }), { late: agent })
    expect(report.groups[0]?.unsolvedBy).toEqual({ 'limit:tokens': 3 })
    expect(report.trials[0]?.reason).toBe('limit:tokens')
  })

  it('shows groups that have no trial yet, and cost as a lower bound where prices are missing', async () => {
    const agent = turnsAgent(2)
    const plan = planOf({ pairings: [{ agent: agent.name, model: 'm/priced' }] })
    const report = await reported(plan, { [agent.name]: agent })
    expect(report.groups[0]).toMatchObject({ costKnown: true, inputTokens: 1200, outputTokens: 180 })
    const text = reportTable(report, { color: false })
    expect(text).toContain('$0.00060')
    const unknown = { ...report.groups[0]!, costKnown: false }
    expect(reportTable({ ...report, groups: [unknown] }, { color: false })).toContain('≥ $0.00060')
    const idle = {
      ...report,
      groups: [{ ...unknown, judged: 0, open: 3, passAtK: [{ k: 1, tasks: 0, estimate: null }] }],
    }
    expect(reportTable(idle, { color: false })).toContain('–')
  })

  it('says what changes the meaning of a score', async () => {
    const plan = planOf({
      suites: [{ suite: numbersSuite(2), protocol: 'code-complete, errata applied' }],
      feedback: { consultations: 4, detail: 'outcome' },
    })
    const report = await reported(plan, { right: answering('right', (number) => `${number}`) })
    for (const shown of [reportTable(report, { color: false }), reportPage(report)]) {
      expect(shown).toContain('code-complete, errata applied')
      expect(shown).toContain('may consult the judge 4 times during a trial and hears the outcome only')
    }
  })

  it('lists trials up to a number and says how many it leaves out', async () => {
    const report = await reported(planOf({ suite: numbersSuite(9) }), {
      right: answering('right', () => '1'),
    })
    const short = await reportOf(report.directory, { trials: 4 })
    expect([short.trials.length, short.trialsLeftOut]).toEqual([4, 5])
    expect(short.groups).toEqual(report.groups)
  })

  it('lets no control character through to a terminal', async () => {
    const report = await reported(planOf({ agents: [hostile] }), { [hostile]: answering(hostile, () => 'x') })
    expect(reportTable(report, { color: false })).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u)
  })
})

describe('the page', () => {
  async function hostileReport(): Promise<Report> {
    const agents = {
      [hostile]: answering(hostile, (number, seed) => (seed < '8' ? `${number}` : 'x')),
      mixed,
    }
    const plan = planOf({
      suites: [{ suite: numbersSuite(6), protocol: hostile }],
      agents: [hostile, 'mixed'],
      samples: 3,
    })
    return reported(plan, agents)
  }

  it('has hostile text as text, and asks for nothing from outside', async () => {
    const page = reportPage(await hostileReport())
    expect(page).not.toMatch(/<img/i)
    expect(page).not.toContain('\u202e')
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    const outside = page
      .replaceAll('http://www.w3.org/', '')
      .match(/(?:src|href)="(?!trials\/)[^"]*"|url\(|@import|https?:/g)
    expect(outside).toBeNull()
    expect(page.match(/<script/g)?.length).toBe(1)
    expect(page).toContain('default-src &#39;none&#39;')
  })

  it('leads to the journals from wherever it lies', async () => {
    const report = await reported(planOf({ limit: 1 }), { right: answering('right', () => '0') })
    expect(reportPage(report)).toContain('href="trials/numbers/n0/right.1.jsonl"')
    const page = reportPage(report, { base: '../my runs/a' })
    expect(page).toContain('href="../my%20runs/a/trials/numbers/n0/right.1.jsonl"')
  })

  it.skipIf(!existsSync(browser))('works in a browser, light and dark (needs chromium)', async () => {
    const report = await hostileReport()
    const path = join(report.directory, 'report.html')
    await mkdir(report.directory, { recursive: true })
    await writeFile(path, reportPage(report))
    const chrome = await chromium.launch({
      executablePath: browser,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
    try {
      const page = await chrome.newPage({ colorScheme: 'dark' })
      const seen: string[] = []
      page.on('request', (request) => seen.push(request.url()))
      page.on('console', (message) => seen.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => seen.push(`error: ${error.message}`))
      page.on('dialog', (dialog) => {
        seen.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      await page.goto(pathToFileURL(path).href)
      expect(seen).toEqual([pathToFileURL(path).href])
      expect(await page.locator('svg').count()).toBeGreaterThanOrEqual(4)
      expect(await page.locator('svg [aria-label="bar"] rect').count()).toBeGreaterThan(2)
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 28)')
      await page.fill('input[type=search]', 'mixed void')
      expect(await page.textContent('#shown')).toBe('3 shown')
      expect(await page.locator('.trials tbody tr:visible').count()).toBe(3)
      await page.fill('input[type=search]', 'img n0')
      await page.locator('.trials tbody tr:visible a').first().click()
      expect(decodeURIComponent(page.url())).toMatch(/trials\/numbers\/n0\/.*\.jsonl$/)
      expect(await page.textContent('body')).toContain('"type":"trial"')
    } finally {
      await chrome.close()
    }
  })
})
