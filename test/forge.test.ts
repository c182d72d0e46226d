import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Model } from '../src/core/model.ts'
import { randomOf } from '../src/core/seed.ts'
import { digestOf, readSuite } from '../src/core/suite-directory.ts'
import { readTree } from '../src/core/task-directory.ts'
import { domainOf } from '../src/domains/registry.ts'
import { type ForgeSetup, forge } from '../src/forge/engine/forge.ts'
import type { ForgeNews } from '../src/forge/engine/funnel.ts'
import { forgePage } from '../src/forge/report/page/page.ts'
import { forgeReportOf } from '../src/forge/report/report.ts'
import { forgeReportSchema } from '../src/forge/report/schema.ts'
import { forgeTable } from '../src/forge/report/table.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { nullLab } from './support/memory-world.ts'
import { temporaryDirectory } from './support/temporary.ts'
import { type ToyPlan, toySource } from './support/toy-source.ts'

type Toys = Record<string, Partial<ToyPlan>>

async function toyRoot(toys: Toys): Promise<string> {
  const root = join(await temporaryDirectory(), 'toys')
  await mkdir(root)
  await putToys(root, toys)
  return root
}

async function putToys(root: string, toys: Toys): Promise<void> {
  for (const [name, plan] of Object.entries(toys))
    await writeFile(join(root, `${name}.json`), JSON.stringify(plan))
}

async function setUp(toys: Toys): Promise<{ setup: ForgeSetup<ToyPlan>; news: ForgeNews[]; log: string }> {
  const root = await toyRoot(toys)
  const news: ForgeNews[] = []
  const log = join(root, '../log')
  await writeFile(log, '')
  const setup: ForgeSetup<ToyPlan> = {
    source: toySource({ log }),
    root,
    origin: 'toys',
    out: join(root, '../suite'),
    openLab: nullLab,
    attempts: 1,
    signal: new AbortController().signal,
    backend: 'null',
    domainOf,
    until: 'answered',
    repairs: 0,
    concurrency: 3,
    task: null,
    limit: null,
    onProgress: (_, one) => news.push(one),
  }
  return { setup, news, log }
}

const proofsIn = async (log: string) => (await readFile(log, 'utf8')).split('\n').filter(Boolean).sort()
/** The suite's own files: without what begins with a dot. */
const suiteDigest = async (out: string) =>
  digestOf(
    await readTree(
      out,
      (await readdir(out)).filter((name) => !name.startsWith('.')),
    ),
  )
const tasksIn = async (out: string) => (await readSuite(out, domainOf)).tasks.map(({ id }) => id)

const kinds: Toys = {
  fine: {},
  served: { live: true, category: 'pwn' },
  unclear: { does: 'no-plan' },
  bare: { does: 'no-files' },
  broken: { does: 'broken' },
  silent: { does: 'no-proof', live: true, category: 'pwn' },
  telltale: { does: 'hidden-service', live: true, category: 'pwn' },
}

describe('a forge', () => {
  it('keeps what was proved, and says where the rest fell', async () => {
    const { setup } = await setUp(kinds)
    expect(await forge(setup)).toMatchObject({ ended: 'complete', progress: { done: 7, proved: 2, void: 0 } })
    expect(await tasksIn(setup.out)).toEqual(['fine', 'served'])
    const report = await forgeReportOf(setup.out)
    expect(forgeReportSchema.parse(report)).toEqual(report)
    expect(report.proved).toEqual({ live: 1, static: 1 })
    const funnel = Object.fromEntries(
      report.funnel.map(({ stage, reached, fell }) => [stage, { ...reached, fell }]),
    )
    expect(funnel).toEqual({
      found: { live: 3, static: 3, unknown: 1, fell: 0 },
      understood: { live: 3, static: 3, unknown: 0, fell: 1 },
      written: { live: 3, static: 1, unknown: 0, fell: 2 },
      started: { live: 3, static: 1, unknown: 0, fell: 0 },
      answered: { live: 1, static: 1, unknown: 0, fell: 2 },
      audited: { live: 0, static: 0, unknown: 0, fell: 0 },
    })
    expect(report.reasons.map(({ kind, count }) => [kind, count]).sort()).toEqual([
      ['broken-task', 1],
      ['flag-in-files', 1],
      ['no-answer', 1],
      ['no-files', 1],
      ['nobody-knows', 1],
    ])
    expect(await readdir(join(setup.out, '.forge/fallen'))).toEqual(['broken', 'silent', 'telltale'])
    expect(await readdir(join(setup.out, '.forge/work'))).toEqual([])
    expect(forgeTable(report, { color: false })).toContain(
      'The suite has 2 tasks of 7 items, 1 with a service',
    )
  })

  it('counts apart what knows its flag by a digest alone', async () => {
    const seen = { flag: 'sha256', 'right flag accepted': false }
    const { setup } = await setUp({
      a: { seen },
      b: { seen },
      c: { seen: { ...seen, flag: 'checker' } },
      d: {},
    })
    await forge(setup)
    const report = await forgeReportOf(setup.out)
    expect(report.unseenRight).toEqual({ digest: 2, checker: 1 })
    for (const shown of [forgeTable(report, { color: false }), forgePage(report)]) {
      expect(shown).toContain(
        '2 tasks know their flag by a digest alone: that the right one is accepted was not seen.',
      )
      expect(shown).toContain('1 task knows its flag by a checker alone')
    }
  })

  it('does nothing twice, and comes to the same whatever the concurrency', async () => {
    const { setup, log } = await setUp(kinds)
    await forge(setup)
    const [digest, proofs] = [await suiteDigest(setup.out), await proofsIn(log)]
    expect(await forge(setup)).toMatchObject({ progress: { done: 7, earlier: 7, proved: 2 } })
    expect(await proofsIn(log)).toEqual(proofs)
    await rm(setup.out, { recursive: true })
    await forge({ ...setup, concurrency: 1 })
    expect(await suiteDigest(setup.out)).toBe(digest)
  })

  it('forges again what has changed, and takes out what is gone or falls now', async () => {
    const { setup, log } = await setUp({ a: {}, b: {}, c: {}, d: {} })
    await forge(setup)
    await putToys(setup.root, { a: { text: 'another' }, b: { does: 'no-proof' } })
    await rm(join(setup.root, 'c.json'))
    await writeFile(log, '')
    await forge(setup)
    expect(await proofsIn(log)).toEqual(['a', 'b'])
    expect(await tasksIn(setup.out)).toEqual(['a', 'd'])
    expect(await readFile(join(setup.out, 'a/instruction.md'), 'utf8')).toBe('another')
    await forge({ ...setup, source: toySource({ log, version: 2 }) })
    expect((await proofsIn(log)).filter((id) => id === 'd')).toHaveLength(1)
    expect((await forgeReportOf(setup.out)).items.map(({ id }) => id)).toEqual(['a', 'b', 'd'])
  })

  it('forges again what fell where that is asked for, and only that', async () => {
    const { setup, log } = await setUp(kinds)
    await forge(setup)
    await writeFile(log, '')
    expect(await forge({ ...setup, again: true })).toMatchObject({ progress: { earlier: 2, proved: 2 } })
    expect(await proofsIn(log)).toEqual(['silent', 'telltale'])
    expect(await tasksIn(setup.out)).toEqual(['fine', 'served'])
  })

  it('writes without proof where that is asked for, and leaves proved tasks in peace', async () => {
    const { setup, log } = await setUp(kinds)
    await forge({ ...setup, until: 'written' })
    expect(await proofsIn(log)).toEqual([])
    expect(await readdir(join(setup.out, '.forge/written'))).toEqual(['fine', 'served', 'silent', 'telltale'])
    await expect(tasksIn(setup.out)).rejects.toThrow('has no task directories')
    await forge(setup)
    expect(await readdir(join(setup.out, '.forge/written'))).toEqual([])
    await forge({ ...setup, until: 'written' })
    expect(await tasksIn(setup.out)).toEqual(['fine', 'served'])
  })

  it('keeps out what its audit distrusts', async () => {
    const { setup } = await setUp({ a: {}, b: {} })
    const audit = {
      what: 'a look',
      audit: async ({ id }: { id: string }) => ({
        ok: id === 'a',
        findings: id === 'a' ? [] : ['nop solves it'],
      }),
    }
    await forge({ ...setup, until: 'audited', audit })
    expect(await tasksIn(setup.out)).toEqual(['a'])
    const { reasons } = await forgeReportOf(setup.out)
    expect(reasons).toMatchObject([
      { stage: 'audited', kind: 'audit-distrusts', examples: [{ message: 'nop solves it' }] },
    ])
    await forge(setup)
    expect(await tasksIn(setup.out)).toEqual(['a', 'b'])
  })

  it('takes no failure of the machine, nor a mistake of its own, for a failure of the item', {
    timeout: 30_000,
  }, async () => {
    const { setup, news, log } = await setUp({
      flaky: { does: 'flaky' },
      never: { does: 'never' },
      odd: { does: 'bug' },
      well: {},
    })
    expect(await forge({ ...setup, attempts: 2 })).toMatchObject({ progress: { proved: 2, void: 2 } })
    expect(news.filter(({ type }) => type === 'again')).toMatchObject([
      { step: 'prove', message: 'the machine failed' },
      { step: 'prove', message: 'the machine failed' },
    ])
    await putToys(setup.root, {})
    await writeFile(log, '')
    await forge(setup)
    expect(await proofsIn(log)).toEqual(['never'])
    const { items } = await forgeReportOf(setup.out)
    expect(items.map((item) => item.void?.code ?? item.outcome)).toEqual([
      'proved',
      'toy-broke',
      'bug',
      'proved',
    ])
  })

  it('shows hostile texts as texts', async () => {
    const hostile = '<script>alert(1)</script>\u001b[31m"\u202e'
    const decisions = [{ what: 'kind', choice: hostile, why: hostile, confidence: 0.5 }]
    const { setup } = await setUp({
      a: { category: hostile, decisions },
      b: { does: 'no-proof', category: hostile },
    })
    await forge(setup)
    const report = await forgeReportOf(setup.out)
    const page = forgePage(report)
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page.match(/<script>/g)).toHaveLength(1)
    expect(page).toContain('a log')
    for (const text of [page, forgeTable(report, { color: false })])
      expect(['\u001b', '\u202e'].filter((bad) => text.includes(bad))).toEqual([])
  })

  it('gives up where it is the machine', async () => {
    const toys = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`t${at}`, { does: 'never' as const }]),
    )
    const { setup, log } = await setUp(toys)
    const { ended, failure } = await forge(setup)
    expect([ended, failure?.code]).toEqual(['failed', 'toy-broke'])
    expect((await proofsIn(log)).length).toBeLessThan(15)
  })

  it('lets a model change plans whose proof fails, and writes down what and at what cost', async () => {
    const { setup } = await setUp({ a: { does: 'repairable', live: true }, b: { does: 'no-proof' } })
    const model: Model = {
      name: 'test/model',
      generate: () => Promise.reject(new Error('is not asked here')),
    }
    await forge({ ...setup, model, repairs: 2 })
    const report = await forgeReportOf(setup.out)
    const [a, b] = report.items
    expect(a).toMatchObject({
      outcome: 'proved',
      repairs: [{ kind: 'no-answer', changed: [{ path: 'does', before: 'repairable', after: 'well' }] }],
    })
    expect(b).toMatchObject({
      outcome: 'fallen',
      fallen: { kind: 'no-answer', stage: 'answered' },
      repairs: [{ changed: [] }],
    })
    expect(report.repairs).toMatchObject({ items: 2, proved: 1 })
    const earlier = async (change: Partial<typeof setup>) =>
      (await forge({ ...setup, ...change })).progress.earlier
    expect([
      await earlier({}),
      await earlier({ model, repairs: 2 }),
      await earlier({ model, repairs: 3 }),
    ]).toEqual([2, 2, 1])
  })

  it('stops in order, and goes on', async () => {
    const toys = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`t${at}`, { takes: 30 }]))
    const { setup } = await setUp(toys)
    const stop = new AbortController()
    const onProgress = (_: unknown, { type }: ForgeNews) =>
      type === 'ended' && stop.abort(new Error('Ctrl-C'))
    expect(await forge({ ...setup, signal: stop.signal, onProgress })).toMatchObject({ ended: 'interrupted' })
    expect((await forgeReportOf(setup.out)).open).toBeGreaterThan(5)
    expect(await forge(setup)).toMatchObject({ ended: 'complete', progress: { proved: 12 } })
  })

  it('writes nowhere but in a directory of its own', async () => {
    const { setup } = await setUp({ a: {} })
    const refused = async (out: string, code: string) =>
      expect(await forge({ ...setup, out }).catch(({ code: was }) => was)).toBe(code)
    await refused(setup.root, 'out-in-archive')
    await refused(join(setup.root, 'deeper/out'), 'out-in-archive')
    await refused(join(setup.root, '..'), 'out-in-archive')
    const other = join(setup.root, '../other')
    await symlink(setup.root, other)
    await refused(join(other, 'out'), 'out-in-archive')
    await mkdir(join(setup.root, '../mine/a'), { recursive: true })
    await refused(join(setup.root, '../mine'), 'not-a-forge')
    await refused(join(setup.root, '../log'), 'not-a-forge')
    expect(existsSync(join(setup.root, 'deeper'))).toBe(false)
    await forge(setup)
    await mkdir(join(setup.out, 'b'))
    await putToys(setup.root, { b: {} })
    await refused(setup.out, 'foreign-task')
    expect(existsSync(join(setup.out, 'a/task.toml'))).toBe(true)
  })

  it('loses nothing by a slip: a suite goes on only with what it was made of', async () => {
    const { setup } = await setUp({ a: {} })
    await forge(setup)
    for (const slip of [{ origin: 'others' }, { source: { ...setup.source, name: 'other' } }])
      expect(await forge({ ...setup, ...slip }).catch(({ code }) => code)).toBe('other-material')
    expect(existsSync(join(setup.out, 'a/task.toml'))).toBe(true)
    expect((await forge(setup)).progress.proved).toBe(1)
  })

  it('is alone in its directory', async () => {
    const { setup } = await setUp({ a: { takes: 300 } })
    const first = forge(setup)
    await sleep(100)
    expect(await forge(setup).catch(({ code }) => code)).toBe('forge-in-use')
    expect(await first).toMatchObject({ ended: 'complete' })
  })

  it('mends a record that cannot be read, and finishes a move that was cut off', async () => {
    const { setup, log } = await setUp({ a: {}, b: {}, c: {} })
    await forge(setup)
    const digest = await suiteDigest(setup.out)
    await writeFile(join(setup.out, '.forge/records/a.json'), '{"half')
    await rename(join(setup.out, 'b'), join(setup.out, '.forge/work/b'))
    await rm(join(setup.out, 'c'), { recursive: true })
    await writeFile(log, '')
    await forge(setup)
    expect(await proofsIn(log)).toEqual(['a', 'c'])
    expect(await suiteDigest(setup.out)).toBe(digest)
  })

  it('loses nothing to kill -9 at any moment', { timeout: 90_000 }, async () => {
    const toys = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `t${at}`,
        {
          takes: 20,
          files: 20,
          live: at % 2 === 0,
          does: at % 5 === 4 ? ('no-proof' as const) : ('well' as const),
        },
      ]),
    )
    const { setup, log } = await setUp(toys)
    const script = join(import.meta.dirname, 'support/forge-child.ts')
    const random = randomOf('kills')
    const told = new Set<string>()
    let ended = false
    for (let sitting = 0; !ended && sitting < 40; sitting++) {
      await writeFile(log, '')
      const child = spawn(process.execPath, ['--no-warnings', script, setup.root, setup.out, log, '3'])
      let said = ''
      const over = new Promise<boolean>((end) => child.on('close', () => end(said.includes('complete'))))
      const begun = new Promise<void>((go) =>
        child.stdout.on('data', (data) => {
          said += data
          if (said.includes('begun')) go()
        }),
      )
      child.stderr.pipe(process.stderr)
      if (sitting < 12) {
        await Promise.race([begun, over])
        await sleep(random() * 120)
        child.kill('SIGKILL')
      }
      ended = await over
      const again = (await proofsIn(log)).filter((id) => told.has(id))
      expect(again, `proved again in sitting ${sitting}`).toEqual([])
      for (const [, id] of said.matchAll(/^told (.+)$/gm)) told.add(id!)
      const names = (await readdir(setup.out)).filter(
        (name) => !name.startsWith('.') && name !== 'suite.toml',
      )
      for (const name of names) expect(await readdir(join(setup.out, name, 'environment'))).toHaveLength(20)
    }
    expect(told.size).toBeGreaterThan(40)
    const whole = join(setup.out, '../whole/suite')
    await mkdir(join(setup.out, '../whole'))
    await forge({ ...setup, out: whole })
    expect(await suiteDigest(setup.out)).toBe(await suiteDigest(whole))
    expect(await tasksIn(setup.out)).toHaveLength(48)
    for (const place of ['work', 'gone']) expect(await readdir(join(setup.out, '.forge', place))).toEqual([])
    expect(await readdir(join(setup.out, '.forge/fallen'))).toHaveLength(12)
  })

  it.skipIf(!existsSync('/usr/bin/bwrap'))('proves in real sandboxes', { timeout: 30_000 }, async () => {
    const { setup } = await setUp({ a: {}, b: { live: true } })
    await using backend = await bubblewrap()
    const means = (seed: string, signal: AbortSignal) => openLab(backend, { seed, signal })
    expect(await forge({ ...setup, openLab: means, backend: 'bubblewrap' })).toMatchObject({
      progress: { proved: 2 },
    })
    expect((await forgeReportOf(setup.out)).items.map(({ proof }) => proof)).toEqual([
      { exitCode: 0 },
      { exitCode: 0 },
    ])
  })
})
