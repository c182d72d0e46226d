import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Submission } from '../../../core/submission.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { KernelsKey } from '../key.ts'
import { judge, judgeBefore } from './index.ts'
import { answer, hasTorch, openRoom, type Room, right, smallKey } from './testing.ts'

const seconds = 120_000
const patience = { leastPairs: 7, mostPairs: 20, seconds: 3, width: 0.05 }

if (hasTorch())
  describe.skipIf(bwrapMissing())('the judge of kernels', () => {
    let room: Room
    beforeAll(async () => {
      room = await openRoom(smallKey)
      await room.staff.baselines()
    }, seconds)
    afterAll(() => room[Symbol.asyncDispose](), seconds)

    async function judged(submission: Submission, settings: Partial<KernelsKey> = {}) {
      const key = { ...smallKey, ...settings }
      return await judgeBefore(room.staff, { ...room.setting, key, patience }, submission)
    }

    it(
      'calls a right answer right, tells how fast it is, and says the same again',
      async () => {
        const [first, again] = [await judged(answer(right)), await judged(answer(right))]
        expect(first).toMatchObject({ outcome: 'solved', score: 1 })
        expect([again.outcome, again.score]).toEqual([first.outcome, first.score])
        const value = (name: string) => first.metrics.find((metric) => metric.name === name)?.value
        expect(value('correct')).toBe(1)
        expect(value('speedup')).toBeGreaterThan(0.4)
        expect(value('speedup')).toBeLessThan(2.5)
        expect(first.evidence.map(({ name }) => name)).toContain('pairs.json')
      },
      seconds,
    )

    it.each([
      ['nothing', { kind: 'files', files: new Map() } satisfies Submission, 'no-answer', ''],
      ['no class', answer(right, 'raise SystemExit(0)'), 'does-not-load', 'SystemExit'],
      ['other weights', answer(right.replace('scale', 'weight'), '', 'weight'), 'does-not-load', 'scale'],
      [
        'C++ that is none',
        answer(right, 'import touchstone_kernel as tk\ntk.cpp("int f( {\\n")'),
        'does-not-compile',
        'expected',
      ],
      ['another dtype', answer(`${right}.double()`), 'wrong', 'has dtype float64; expected float32'],
      ['another shape', answer(`${right}[:1]`), 'wrong', 'has shape [1, 32]; expected [5, 32]'],
      ['two outputs', answer(`return x, x`), 'wrong', 'returns (tensor,tensor); expected one tensor'],
      ['no relu', answer('return torch.softmax(x * self.scale, dim=-1)'), 'wrong', 'elements differ'],
      ['no weight', answer('return torch.softmax(torch.relu(x), dim=-1)'), 'wrong', 'elements differ'],
      [
        'half precision',
        answer('return torch.softmax((torch.relu(x) * self.scale).bfloat16(), dim=-1).float()'),
        'wrong',
        'elements differ',
      ],
      [
        'an overflow',
        answer('e = torch.exp(torch.relu(x) * self.scale)\nreturn e / e.sum(-1, keepdim=True)'),
        'wrong',
        '1,000 times as large',
      ],
      ['one shape only', answer(`assert x.shape[0] == 64\n${right}`), 'crashed', 'AssertionError'],
      [
        'changed inputs',
        answer('x.relu_()\nreturn torch.softmax(x * self.scale, dim=-1)'),
        'mutates-inputs',
        'input 0',
      ],
      [
        'one output for all calls',
        answer(
          `self.__dict__.setdefault("o", {})[x.shape[0]] = o = self.__dict__.get("o", {}).get(x.shape[0], torch.empty_like(x))\no.copy_(torch.softmax(torch.relu(x) * self.scale, dim=-1))\nreturn o`,
        ),
        'wrong',
        'share memory',
      ],
      ['a sparse output', answer(`${right}.to_sparse()`), 'wrong', 'no plain tensor'],
      ['an exception', answer('raise ValueError("not today")'), 'crashed', 'not today'],
      ['an exit', answer('os._exit(0)'), 'crashed', 'exit code 0'],
      ['a crash', answer('ctypes.string_at(8)'), 'crashed', 'SIGSEGV'],
      [
        'a forged reply',
        answer(
          'os.write(4, b\'{"n":7,"ok":true,"kinds":[],"calls":[]}\\n\')\nos.write(3, b"{}\\n")\nfor f in range(3, 12):\n    try: os.write(f, b"{}\\n")\n    except OSError: pass\nreturn x',
        ),
        'crashed',
        'no reply',
      ],
      ['too much memory', answer('return torch.ones(3 * 1024**3) + x.sum()'), 'memory', 'memory'],
    ] as const)(
      'tells of %s',
      async (_, submission, reason, words) => {
        const verdict = await judged(submission)
        expect(verdict.reason, verdict.findings[0]?.message).toBe(reason)
        expect(verdict.outcome).toBe(reason === 'mutates-inputs' ? 'rejected' : 'unsolved')
        expect(verdict.score).toBe(0)
        expect(verdict.findings[0]?.message).toContain(words)
      },
      seconds,
    )

    it(
      'rejects PyTorch’s own operators where they are forbidden, and wants an answer that runs elsewhere for a GPU',
      async () => {
        const verdict = await judged(answer(right), { library: 'forbidden' })
        expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'library', score: 0 })
        expect(verdict.findings[0]?.message).toContain('relu')
        const task = { key: { ...smallKey, device: 'cuda' } } as Parameters<typeof judge>[0]
        await expect(judge(task, answer(right), room.lab)).rejects.toMatchObject({ code: 'no-gpu' })
      },
      seconds,
    )
  })
