import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { openModel, startScripted } from '../../../models/index.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { Fallen } from '../../source.ts'
import { type Facts, factsSchema } from '../facts.ts'
import type { Plan } from '../plan.ts'
import { prove } from '../prove/index.ts'
import { planOf, servicePlanOf, taskOf } from '../prove/testing.ts'
import { repairPlan } from './index.ts'

const root = process.getuid?.() === 0 && !bwrapMissing() && existsSync('/usr/bin/socat')

const facts: Facts = factsSchema.parse({
  title: 'Chall',
  category: 'misc',
  competition: '',
  description: '',
  rehost: '',
  solvers: [],
  files: ['chall', 'lib/words.txt'].map((path) => ({
    path,
    bytes: 100,
    type: 'script',
    executable: true,
    setuid: false,
    sha256: '0'.repeat(64),
    flagPaths: [],
    flags: [],
  })),
  left: [],
  connections: [],
  dockerfiles: [],
  compose: [],
  webRoots: [],
})
const broken = planOf(
  servicePlanOf({ command: ['socat', 'TCP-LISTEN:4000,fork,reuseaddr', 'EXEC:./missing'] }),
)
const fallen = new Fallen('missing-file', 'it opens ./missing, which is not there', {
  log: 'execvp("./missing")',
})
const good = { command: ['socat', 'TCP-LISTEN:4000,fork,reuseaddr', 'EXEC:./chall,stderr'] }

/** Asks a scripted model, over HTTP, that gives these replies one after the other. */
async function asked(...replies: readonly (object | string)[]) {
  const texts = replies.map((reply) => ({
    text: typeof reply === 'string' ? reply : `Thus:\n\`\`\`json\n${JSON.stringify(reply)}\n\`\`\`\n`,
  }))
  const server = await startScripted({ turns: texts, price: { input: 1, output: 2 } })
  await using model = await openModel(`${server.url}#scripted`, { env: {}, backoffBaseMs: 5 })
  try {
    const signal = new AbortController().signal
    const plan = await repairPlan({ plan: broken, facts, fallen, model, signal }).catch((thrown: unknown) => {
      if (thrown instanceof Fallen) return thrown
      throw thrown
    })
    return { plan, requests: server.requests }
  } finally {
    await server.close()
  }
}
const repaired = (plan: Plan | Fallen): Plan => {
  if (plan instanceof Fallen) throw plan
  return plan
}

describe('a repair', () => {
  it('changes the service and nothing else, and says by whom, why and for how much', async () => {
    const { plan } = await asked(good)
    const { service, decisions, ...rest } = repaired(plan)
    const { service: before, decisions: _, ...same } = broken
    expect(rest).toEqual(same)
    expect(service).toEqual({ ...before, ...good })
    expect(decisions.at(-1)).toMatchObject({
      choice: expect.stringMatching(/changed by .*#scripted: command = /),
      why: expect.stringMatching(/^missing-file: .*tokens in, \d+ out/),
    })
  })

  it('tells the model once what is wrong with its answer', async () => {
    const { plan, requests } = await asked('I do not know.', good)
    expect(repaired(plan).service?.command).toEqual(good.command)
    expect(requests).toHaveLength(2)
    expect(JSON.stringify(requests[1])).toContain('That will not do')
  })

  const refused: readonly [string, object | string, RegExp][] = [
    ['is no JSON', '```json\n{"command": [\n```', /no JSON object/],
    ['changes the judge', { flag: { kind: 'static', value: 'flag{x}' }, ...good }, /flag/],
    ['changes the judge through a prototype', '{"__proto__": {"flag": {"kind": "static"}}}', /./],
    ["puts a file into the player's", { players: [{ path: 'flag', text: 'x' }], ...good }, /players/],
    ['changes the port', { port: 22, ...good }, /port/],
    [
      'names a file outside',
      { files: { x: { from: '../../etc/passwd' } }, ...good },
      /no file "\.\.\/\.\.\/etc\/passwd"/,
    ],
    ['names an absolute file', { files: { x: { from: '/etc/passwd' } }, ...good }, /no file/],
    ['writes outside', { files: { '../../etc/cron.d/x': { text: 'x' } }, ...good }, /no path inside/],
    ['links the system away', { links: { '/usr/bin/env': 'chall' }, ...good }, /links/],
    ['links out', { links: { '/flag': '../../etc/shadow' }, ...good }, /links/],
    ['plants no flag', { plants: [], ...good }, /plants/],
    [
      'plants another secret',
      { plants: [{ secret: 'other', file: 'x' }], ...good },
      /flag has to be planted/,
    ],
    [
      'plants into a file that is not there',
      { plants: [{ template: 'no', placeholder: 'x' }], ...good },
      /not among/,
    ],
    [
      'writes a book',
      { files: { x: { text: 'x'.repeat(16_000) }, y: { text: 'x'.repeat(16_000) } }, ...good },
      /at most/,
    ],
    [
      'writes a server of its own in its place',
      { files: { chall: { text: 'echo hello' } }, ...good },
      /not a text/,
    ],
    [
      'serves a server of its own',
      { files: { 'fake.sh': { text: 'echo hi' } }, program: 'fake.sh', command: ['sh', 'fake.sh'] },
      /not a text/,
    ],
    ['runs something else', { command: ['socat', 'TCP-LISTEN:4000,fork', 'EXEC:/bin/cat'] }, /runs chall/],
    ['changes nothing', {}, /neither it nor a file/],
    ['asks for a package by a shell', { packages: ['x; rm -rf /'], ...good }, /packages/],
    ['asks for all memory', { memoryMb: 1e9, ...good }, /memoryMb/],
  ]
  it.each(refused)('refuses an answer that %s', async (_what, reply, why) => {
    const { plan, requests } = await asked(reply, reply)
    expect(plan).toMatchObject({ kind: 'repair-refused', message: expect.stringMatching(why) })
    expect(requests).toHaveLength(2)
  })

  it('has nothing to do without a service', async () => {
    const signal = new AbortController().signal
    const model = { name: 'none', generate: () => Promise.reject(new Error('asked')) }
    await expect(repairPlan({ plan: planOf(), facts, fallen, model, signal })).rejects.toMatchObject({
      kind: 'not-repairable',
    })
  })
})

describe.skipIf(!root)('a repaired plan (needs root, bubblewrap and socat)', () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  it('comes up where the broken one did not', async () => {
    const files = {
      chall: '#!/bin/sh\necho "what is your name?"\nread name\n[ "$name" = root ] && cat flag.txt\n',
    }
    const run = async (plan: Plan) => {
      await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
      return await prove(taskOf(plan, files), plan, lab, () => {})
    }
    await expect(run(broken)).rejects.toMatchObject({ kind: 'missing-file' })
    const { plan } = await asked(good)
    expect(await run(repaired(plan))).toMatchObject({ answer: 'what is your name?' })
  })
})
