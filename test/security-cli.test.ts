import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foldTrial } from '../src/runs/journal/fold.ts'
import { readJournal } from '../src/runs/journal/reader.ts'
import { journalPath } from '../src/runs/layout.ts'
import { journalIds } from '../src/runs/survey.ts'

const entry = fileURLToPath(new URL('../bin/touchstone.js', import.meta.url))
const task = 'security-basics/web-sqli'

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'touchstone-security-'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

const touchstone = (...argv: string[]) =>
  execa(process.execPath, [entry, ...argv], { cwd: scratch, reject: false })

describe.skipIf(process.getuid?.() !== 0)(
  'a challenge with a live service, on the command line (needs root)',
  () => {
    let journals: string[]
    beforeAll(async () => {
      const ran = await touchstone(
        ...['run', 'security-basics', '--task', 'web-sqli', '--agent', 'oracle', '--agent', 'nop'],
        ...['--samples', '2', '--out', 'run', '--json'],
      )
      expect(ran.exitCode, ran.stderr).toBe(0)
      journals = []
      for await (const id of journalIds(join(scratch, 'run')))
        journals.push(journalPath(join(scratch, 'run'), id))
    }, 120_000)

    it('has another flag in each trial, which the solver takes', async () => {
      const trials = await Promise.all(journals.map(async (path) => (await foldTrial(readJournal(path)))!))
      expect(new Set(trials.map(({ secrets }) => secrets.flag)).size).toBe(4)
      for (const { identity, secrets, verdict, submission } of trials) {
        const solved = identity.agent === 'oracle'
        expect(verdict?.outcome).toBe(solved ? 'solved' : 'unsolved')
        expect(submission).toEqual({ kind: 'text', text: solved ? secrets.flag : '' })
      }
    })

    it('is judged again by the journal of its trial, and by nothing else', async () => {
      const [first, second] = journals.filter((path) => path.includes('oracle'))
      expect(await touchstone('judge', task, '--trial', first!)).toMatchObject({ exitCode: 0 })
      const flag = (await foldTrial(readJournal(second!)))?.secrets.flag ?? ''
      await writeFile(join(scratch, 'flag.txt'), flag)
      expect(await touchstone('judge', task, '--trial', second!, '--submission', 'flag.txt')).toMatchObject({
        exitCode: 0,
      })
      expect(await touchstone('judge', task, '--trial', first!, '--submission', 'flag.txt')).toMatchObject({
        exitCode: 1,
      })
      const alone = await touchstone('judge', task, '--submission', 'flag.txt')
      expect(alone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--trial') })
      const other = await touchstone('judge', 'security-basics/web-ping', '--trial', first!)
      expect(other).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('not a trial of security-basics/web-ping'),
      })
      const none = await touchstone('judge', task, '--trial', 'flag.txt')
      expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not a trial') })
    })

    it('shows the flag to who reads the journal, and the page of the report does not', async () => {
      const flag = (await foldTrial(readJournal(journals[0]!)))?.secrets.flag ?? 'none'
      expect((await touchstone('show', 'run', 'web-sqli/nop.1')).stdout).toContain('secrets')
      await touchstone('report', 'run', '--html', 'report.html')
      expect(await readFile(join(scratch, 'report.html'), 'utf8')).not.toContain(flag)
    })

    it('passes its audit, twice the same', async () => {
      const names = ['proc', 'files-of-the-service', 'many-in-one', 'kill-the-service']
      const attacks = names.flatMap((name) => ['--attack', name])
      const audit = (out: string) =>
        touchstone('audit', 'security-basics', '--task', 'web-sqli', ...attacks, '--out', out, '--json')
      const audits = [await audit('a'), await audit('b')]
      const [one, other] = audits.map(({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).toBe(0)
        const { totals, distrust } = JSON.parse(stdout) as { totals: object; distrust: unknown[] }
        expect(distrust).toEqual([])
        return totals
      })
      expect(one).toEqual(other)
    }, 90_000)
  },
)
