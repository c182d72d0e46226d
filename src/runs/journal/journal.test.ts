import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { all, bodiesOf, judgedAttempt } from '../../../test/support/events.ts'
import { temporaryDirectory } from '../../../test/support/temporary.ts'
import type { EventBody } from '../../core/events.ts'
import { AppendFile } from './append.ts'
import { compressJournal, settleCompression } from './compress.ts'
import { foldTrial } from './fold.ts'
import { readJournal, type TornLine } from './reader.ts'
import { openJournal } from './writer.ts'

async function written(path: string, bodies: readonly EventBody[]): Promise<void> {
  const journal = await openJournal(path)
  for (const body of bodies) journal.write(body)
  await journal.sync()
  await journal.close()
}

describe('a journal', () => {
  it('keeps events in order, over many turns of the event loop and several openings', async () => {
    const path = join(await temporaryDirectory(), 'deep', 'er', 'x.jsonl')
    for (let opening = 0; opening < 3; opening++) {
      const journal = await openJournal(path)
      for (let number = 0; number < 200; number++) {
        journal.write({ type: 'note', text: `${opening}/${number} ${'x'.repeat((number * 37) % 5000)}` })
        if (number % 7 === 0) await new Promise(setImmediate)
        if (number % 50 === 0) await journal.sync()
      }
      await journal.sync()
      expect(journal.size).toBe((await stat(path)).size)
      await journal.close()
    }
    const events = await all(readJournal(path))
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 600 }, (_, index) => index))
    expect(events.map((event) => event.type === 'note' && event.text.split(' ')[0])).toEqual(
      Array.from({ length: 600 }, (_, index) => `${Math.floor(index / 200)}/${index % 200}`),
    )
  })

  it('has on disk what was written before sync', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const journal = await openJournal(path)
    journal.write({ type: 'note', text: 'one' })
    await journal.sync()
    expect(await readFile(path, 'utf8')).toContain('"one"')
    await journal.close()
  })

  it('takes what JSON does not: numbers too large, and a thing inside itself', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const round: Record<string, unknown> = { large: 2n ** 70n, twice: {} }
    round.self = round
    round.same = [round.twice, round.twice]
    await written(path, [{ type: 'action', id: 0, name: 'odd', input: round }])
    const [event] = await all(readJournal(path))
    expect(event).toMatchObject({
      input: { large: '1180591620717411303424n', self: '[circular]', same: [{}, {}] },
    })
  })
})

describe('an event that is too large for a line', () => {
  it('is replaced by a note where an agent made it, and stops nothing', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const journal = await openJournal(path)
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 20_000; depth++) deep = [deep]
    journal.write({ type: 'action', id: 0, name: 'write', input: deep })
    journal.write({ type: 'observation', id: 0, ok: true, text: 'x'.repeat(65 * 1024 ** 2), seconds: 0 })
    journal.write({ type: 'note', text: 'after' })
    await journal.sync()
    await journal.close()
    const texts = (await all(readJournal(path))).map((event) => event.type === 'note' && event.text)
    expect(texts).toEqual([
      expect.stringMatching(/action.* left out/),
      expect.stringMatching(/observation.* left out/),
      'after',
    ])
  })

  it('shows in sync where a verdict would miss it, and leaves the journal readable', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const journal = await openJournal(path)
    journal.write({ type: 'note', text: 'before' })
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    const submission = { kind: 'text', text: 'x'.repeat(65 * 1024 ** 2) } as const
    journal.write({ type: 'submission', submission, stoppedBy: null })
    journal.write({ type: 'note', text: 'after' })
    await expect(journal.sync()).rejects.toMatchObject({
      code: 'journal-failed',
      message: expect.stringContaining('too large'),
    })
    await expect(journal.close()).rejects.toMatchObject({ code: 'journal-failed' })
    expect(
      (await all(readJournal(path))).every((event) => event.type === 'note' && event.text === 'before'),
    ).toBe(true)
  })
})

describe('a journal cut off at any byte', () => {
  it('reads as the events that were whole, and goes on after them', async () => {
    const directory = await temporaryDirectory()
    const whole = join(directory, 'whole.jsonl')
    const bodies = judgedAttempt()
    await written(whole, bodies)
    const bytes = await readFile(whole)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const path = join(directory, `${cut}.jsonl`)
      await writeFile(path, bytes.subarray(0, cut))
      const lines = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1
      const torn: TornLine[] = []
      const before = await all(readJournal(path, { onTorn: (line) => torn.push(line) }))
      expect(bodiesOf(before)).toEqual(bodies.slice(0, lines))
      expect(torn.length).toBe(cut > 0 && bytes[cut - 1] !== 10 ? 1 : 0)

      const journal = await openJournal(path)
      journal.write({ type: 'note', text: 'after' })
      await journal.close()
      const after = await all(readJournal(path))
      expect(bodiesOf(after)).toEqual([...bodies.slice(0, lines), { type: 'note', text: 'after' }])
      expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index))
    }
  })

  it('takes a last line of zeros, as a power cut may leave, for torn', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const bodies = judgedAttempt()
    await written(path, bodies)
    await appendFile(path, Buffer.alloc(100))
    expect(bodiesOf(await all(readJournal(path)))).toEqual(bodies)
    const journal = await openJournal(path)
    expect(journal.before?.end).toBe('judged')
    await journal.close()
    expect((await readFile(path)).includes(0)).toBe(false)
  })

  it('is never taken for judged unless its end is whole', async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, 'x.jsonl')
    await written(path, judgedAttempt())
    const bytes = await readFile(path)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
        const torn = join(directory, 'torn.jsonl')
        await writeFile(torn, bytes.subarray(0, cut))
        const state = await foldTrial(readJournal(torn))
        expect(state?.end === 'judged').toBe(cut === bytes.length)
      }),
      { numRuns: 60 },
    )
  })
})

describe('reading', () => {
  it('names file and line of a line that is corrupt', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    await written(path, judgedAttempt())
    const lines = (await readFile(path, 'utf8')).split('\n')
    await writeFile(path, lines.with(2, '{"seq":2,"at":').join('\n'))
    await expect(all(readJournal(path))).rejects.toMatchObject({
      code: 'journal-corrupt',
      message: expect.stringContaining(`${path}:3`),
    })
    await writeFile(path, lines.with(1, '{"seq":1,"at":1,"type":"dance"}').join('\n'))
    await expect(all(readJournal(path))).rejects.toMatchObject({
      code: 'journal-corrupt',
      message: expect.stringContaining(`${path}:2`),
    })
  })

  it('refuses what a later version wrote, whatever its events are', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    await writeFile(path, '{"seq":0,"at":1,"type":"trial","schema":99,"shape":"unknown"}\n{"type":"dance"}\n')
    await expect(all(readJournal(path))).rejects.toMatchObject({
      code: 'newer-journal',
      exitCode: 2,
      message: expect.stringMatching(/schema 99.*newer Touchstone/),
    })
  })

  it('says that there is none', async () => {
    await expect(all(readJournal('/nowhere/x.jsonl'))).rejects.toMatchObject({
      code: 'no-journal',
      exitCode: 2,
    })
  })

  it('holds one line at a time of a long journal', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    const line = `${JSON.stringify({ seq: 0, at: 1, type: 'note', text: 'x'.repeat(100_000) })}\n`
    await writeFile(path, line.repeat(1000))
    const events = readJournal(path)
    const before = process.memoryUsage()
    let most = 0
    for await (const event of events) {
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      if (event.type === 'note') most = Math.max(most, heapUsed + arrayBuffers)
    }
    expect(most - before.heapUsed - before.arrayBuffers).toBeLessThan(80 * 1024 ** 2)
  })
})

describe('a compressed journal', () => {
  it('reads as before', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    await written(path, judgedAttempt())
    const before = await all(readJournal(path))
    await compressJournal(path)
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await all(readJournal(path))).toEqual(before)
    expect(await all(readJournal(`${path}.zst`))).toEqual(before)
  })

  it('is whole after a kill at any step', async () => {
    const directory = await temporaryDirectory()
    const plain = join(directory, 'plain.jsonl')
    await written(plain, judgedAttempt())
    const bytes = await readFile(plain)
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    const half = packed.subarray(0, packed.length / 2)
    const states: Record<string, Buffer>[] = [
      { '.jsonl': bytes },
      { '.jsonl': bytes, '.jsonl.zst.tmp': half },
      { '.jsonl': bytes, '.jsonl.zst.tmp': packed },
      { '.jsonl': bytes, '.jsonl.zst': packed },
      { '.jsonl.zst': packed },
      // What only a broken disk leaves: the plain file is the one to keep.
      { '.jsonl': bytes, '.jsonl.zst': half },
    ]
    for (const [index, state] of states.entries()) {
      const path = join(directory, `${index}.jsonl`)
      for (const [ending, content] of Object.entries(state)) {
        await writeFile(path.replace('.jsonl', ending), content)
      }
      expect(await foldTrial(readJournal(path))).toMatchObject({ end: 'judged' })
      await settleCompression(path)
      expect(await foldTrial(readJournal(path))).toMatchObject({ end: 'judged' })
      const left = await Promise.all(
        ['', '.zst', '.zst.tmp'].map((ending) =>
          stat(path + ending).then(
            () => 1,
            () => 0,
          ),
        ),
      )
      expect(left.reduce((sum: number, one) => sum + one, 0)).toBe(1)
    }
  })

  it('that is cut off is corrupt, not short', async () => {
    const path = join(await temporaryDirectory(), 'x.jsonl')
    await written(path, judgedAttempt())
    const packed = zstdCompressSync(await readFile(path))
    await writeFile(`${path}.zst`, packed.subarray(0, packed.length - 5))
    await expect(all(readJournal(`${path}.zst`))).rejects.toMatchObject({ code: 'journal-corrupt' })
  })
})

describe('a disk that takes no more', () => {
  it('shows in sync, and keeps showing', async () => {
    const file = await AppendFile.open('/dev/full', { size: 0 })
    file.append('line\n')
    const failed = { code: 'journal-failed', exitCode: 3, retryable: false }
    await expect(file.sync()).rejects.toMatchObject(failed)
    file.append('another\n')
    await expect(file.sync()).rejects.toMatchObject(failed)
    await expect(file.close()).rejects.toMatchObject(failed)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'leaves a journal that can be read and gone on with (needs root)',
    async () => {
      const mount = join(await temporaryDirectory(), 'small')
      await mkdir(mount)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount])
      onTestFinished(() => void execFileSync('umount', ['-l', mount]))
      const path = join(mount, 'x.jsonl')
      const journal = await openJournal(path)
      for (let number = 0; number < 100; number++) {
        journal.write({ type: 'note', text: `${number} ${'x'.repeat(1500)}` })
        await new Promise(setImmediate)
      }
      await expect(journal.sync()).rejects.toMatchObject({
        code: 'journal-failed',
        message: expect.stringMatching(/no space left.*Free space/s),
      })
      await journal.close().catch(() => {})
      execFileSync('mount', ['-o', 'remount,size=1m', mount])
      const again = await openJournal(path)
      again.write({ type: 'note', text: 'after' })
      await again.sync()
      await again.close()
      const events = await all(readJournal(path))
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
      expect(events.at(-1)).toMatchObject({ text: 'after' })
    },
  )
})

describe('what somebody puts in a journal’s place', () => {
  it('is not followed where it is a link, nor waited for where it is a pipe', async () => {
    const directory = await temporaryDirectory()
    const precious = join(directory, 'precious')
    await writeFile(precious, 'mine\n')
    await symlink(precious, join(directory, 'link.jsonl'))
    execFileSync('mkfifo', [join(directory, 'pipe.jsonl')])
    await expect(openJournal(join(directory, 'link.jsonl'))).rejects.toMatchObject({ exitCode: 3 })
    await expect(openJournal(join(directory, 'pipe.jsonl'))).rejects.toMatchObject({ exitCode: 3 })
    expect(await readFile(precious, 'utf8')).toBe('mine\n')
  })
})
