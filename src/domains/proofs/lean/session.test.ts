import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { ProofSession, ProofState, Step } from '../prover.ts'
import { type LeanProver, lean } from './index.ts'
import { standIn, toyPids } from './testing/place.ts'

const missing = bwrapMissing() ? 'bubblewrap is missing' : undefined

describe.skipIf(missing)(`proofs by the REPL's protocol${missing ? ` (${missing})` : ''}`, () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>
  let prover: LeanProver
  let session: ProofSession

  const opening = {
    context: 'import Some.Library\nopen Some',
    statement: 'theorem both : A → True ∧ A := by sorry',
  }
  beforeAll(async () => {
    backend = await bubblewrap()
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
    prover = lean(lab, standIn('toy.ts'), { processes: 1, memoryBytes: 1024 ** 3 })
    session = await prover.open(opening)
  })
  afterAll(async () => {
    await prover?.[Symbol.asyncDispose]()
    await lab?.[Symbol.asyncDispose]()
    await backend?.[Symbol.asyncDispose]()
  })

  const step = async (from: string, tactic: string, of = session): Promise<ProofState> => {
    const done = await of.step(from, tactic, { seconds: 20 })
    expect(done).toMatchObject({ kind: 'state' })
    return (done as Extract<Step, { kind: 'state' }>).state
  }
  const split = async (of = session) => step((await step(of.root.id, 'intro h', of)).id, 'constructor', of)

  it('shows goals, goes on from any state, and closes the proof', async () => {
    const state = await split()
    expect(state.goals).toEqual([
      { name: 'left', hypotheses: [{ names: ['h'], type: 'A' }], conclusion: 'True' },
      { name: 'right', hypotheses: [{ names: ['h'], type: 'A' }], conclusion: 'A' },
    ])
    const left = await step(state.id, 'trivial')
    expect(await session.step(state.id, 'assumption')).toEqual({
      kind: 'error',
      message: 'assumption failed',
    })
    const end = await step(left.id, 'assumption')
    expect(end).toMatchObject({ goals: [], done: true, givenUp: 0 })
    expect(session.script(end.id)).toEqual(['intro h', 'constructor', 'trivial', 'assumption'])
    expect(await session.close(end.id)).toEqual({ ok: true, message: '' })
    expect(await session.close(left.id)).toMatchObject({ ok: false })
    expect(await session.step(end.id, 'skip')).toMatchObject({
      kind: 'error',
      message: 'there are no goals left',
    })
    await expect(session.step('s999', 'skip')).rejects.toThrow('no state')
  })

  it('knows what was given up', async () => {
    const hole = await step((await step((await split()).id, 'trivial')).id, 'sorry')
    expect(hole).toMatchObject({ goals: [], givenUp: 1, done: false })
    expect(await session.close(hole.id)).toMatchObject({ ok: false })
  })

  it('searches, and answers questions where the statement stands', async () => {
    expect(await session.search({ by: 'name', text: 'ADD' })).toEqual([
      { name: 'Nat.add', statement: 'widened' },
    ])
    await expect(session.search({ by: 'type', text: '(' })).rejects.toThrow('not right')
    expect(await session.ask('#check x')).toEqual({ ok: true, text: 'x : Nat' })
    expect(await session.ask('#eval 1')).toMatchObject({ ok: false })
    expect(await session.ask('#check x\naxiom y : False')).toMatchObject({ ok: false })
  })

  it.each([
    ['dies', 'die', { kind: 'error', message: expect.stringContaining('does not survive') }],
    ['hangs', 'hang', { kind: 'limit', limit: 'seconds' }],
    ['eats memory', 'grow', { kind: 'limit', limit: 'memory' }],
    ['prints without an end', 'flood', { kind: 'error', message: expect.stringContaining('MiB') }],
    ['prints half a reply and waits', 'broken', { kind: 'limit', limit: 'seconds' }],
    ['answers twice', 'twice', { kind: 'error', message: expect.stringContaining('does not survive') }],
    ['answers late', 'late', { kind: 'error', message: expect.stringContaining('does not survive') }],
    ['forges a reply', 'forge', { kind: 'error', message: expect.stringContaining('does not survive') }],
    [
      'names an old state',
      'backwards',
      { kind: 'error', message: expect.stringContaining('does not survive') },
    ],
  ])('ends a tactic that %s, and goes on', async (_, tactic, expected) => {
    const before = prover.started
    const state = await split()
    expect(
      await session.step(state.id, tactic, { seconds: tactic === 'grow' || tactic === 'flood' ? 30 : 2 }),
    ).toMatchObject(expected)
    expect(await step(state.id, 'trivial')).toMatchObject({ goals: [{ name: 'right' }] })
    expect(prover.started).toBeGreaterThan(before)
  })

  it('finds the reply behind whatever a tactic prints', async () => {
    const before = prover.started
    const done = await session.step(session.root.id, 'rubbish')
    expect(done).toMatchObject({ kind: 'state', state: { goals: session.root.goals } })
    const { messages } = done as Extract<Step, { kind: 'state' }>
    expect(messages.join('\n')).toContain('{"proofState": not this')
    expect(messages.join('\n')).toContain('and more')
    expect(prover.started).toBe(before)
  })

  it.each([
    ['', 'no tactic'],
    ['-- only words', 'no tactic'],
    ['simp /- never', 'does not end'],
    ['exact "never', 'does not end'],
    ['run_tac (IO.println "x" : IO Unit)', 'run_tac'],
    ['set_option debug.skipKernelTC true in rfl', 'debug.skipKernelTC'],
    [`exact "${'x'.repeat(9 * 1024 ** 2)}"`, 'characters'],
    ['exact "\ud800"', 'U+D800'],
    ['sk\0ip', 'U+0000'],
  ])('refuses %.20s before it is sent', async (tactic, why) => {
    const before = prover.started
    expect(await session.step(session.root.id, tactic)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(why),
    })
    expect(prover.started).toBe(before)
  })

  it('refuses contexts and statements that are none', async () => {
    const open = (context: string, statement: string) => prover.open({ context, statement })
    await expect(open('import Nothing', 'theorem t : True')).rejects.toThrow('unknown module')
    await expect(open('', 'axiom t : True')).rejects.toThrow('one theorem')
    await expect(open('/- never', 'theorem t : True')).rejects.toThrow('does not end')
    await expect(open('zap', 'theorem t : True')).rejects.toThrow('expected command')
  })

  it('comes to the same when the process is killed at any moment', async () => {
    const search = async (of: ProofSession) => {
      const found: unknown[] = []
      const state = await split(of)
      for (const tactic of ['trivial', 'assumption', 'skip', 'nonsense', 'sorry', 'intro x', 'linarith']) {
        const done = await of.step(state.id, tactic, { seconds: 60 })
        found.push(done.kind === 'state' ? [done.state.goals, done.state.givenUp, done.messages] : done)
      }
      const end = await step((await step(state.id, 'trivial', of)).id, 'assumption', of)
      found.push(await of.close(end.id, { seconds: 60 }))
      return found
    }
    const expected = await search(session)
    const before = prover.started
    let running = true
    const killing = (async () => {
      for (let round = 0; running && round < 5; round++) {
        await new Promise((resolve) => setTimeout(resolve, 30 + 300 * round))
        for (const pid of toyPids()) process.kill(pid, 'SIGKILL')
      }
    })()
    expect(await search(session)).toEqual(expected)
    running = false
    await killing
    expect(await search(session)).toEqual(expected)
    expect(prover.started).toBeGreaterThan(before)
  }, 60_000)

  it('shares two processes among eight sessions', async () => {
    await using shared = lean(lab, standIn('toy.ts'), { processes: 2, memoryBytes: 1024 ** 3 })
    const sessions = await Promise.all(
      Array.from({ length: 8 }, (_, at) => shared.open({ ...opening, context: `import Library${at % 3}` })),
    )
    const states = await Promise.all(sessions.map((each) => split(each)))
    expect(states.every(({ goals }) => goals.length === 2)).toBe(true)
    expect(shared.started).toBe(2)
  })

  it('gives contexts that may run programs a process of their own', async () => {
    const before = prover.started
    const context = 'def x := 1\n#eval x'
    await using doubtful = await prover.open({ ...opening, context })
    await split(doubtful)
    await using same = await prover.open({ ...opening, context })
    await split(same)
    const between = prover.started
    await split(session)
    expect([between - before, prover.started - between]).toEqual([0, 1])
  })

  it('ends a step when it is told to', async () => {
    const control = new AbortController()
    const pending = session.step(session.root.id, 'hang', { seconds: 60, signal: control.signal })
    setTimeout(() => control.abort(new Error('enough')), 200)
    await expect(pending).rejects.toThrow('enough')
    expect((await split()).goals).toHaveLength(2)
  })

  it('says what is wrong with a program that is no REPL', async () => {
    const place = { ...standIn('toy.ts'), repl: ['/bin/echo', '{"message": "hello"}\n'] }
    await using none = lean(lab, place, { processes: 1 })
    await expect(none.open(opening)).rejects.toThrow('does not answer as a Lean REPL')
    await using absent = lean(lab, { ...place, repl: ['/opt/nowhere/repl'] }, { processes: 1 })
    await expect(absent.open(opening)).rejects.toMatchObject({ code: 'no-lean-repl' })
  })
})
