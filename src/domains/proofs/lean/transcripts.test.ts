import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import type { ProofSession, Step } from '../prover.ts'
import { goalOf } from './goals.ts'
import { lean } from './index.ts'
import { LeanProcess } from './process.ts'
import { ReplyReader } from './reader.ts'
import type { CommandReply, StateReply } from './replies.ts'
import type { Request } from './requests.ts'
import { replaying } from './testing/place.ts'
import { requestOf, type Transcript, transcripts, transcriptsMissing } from './testing/transcripts.ts'

const missing = transcriptsMissing ?? (bwrapMissing() ? 'bubblewrap is missing' : undefined)
const all = missing ? [] : transcripts()
const recorded = all.filter(({ replies }) => replies !== undefined)
const memoryBytes = 2 * 1024 ** 3

describe.skipIf(missing)(`transcripts of a real REPL${missing ? ` (${missing})` : ''}`, () => {
  let backend: SandboxBackend
  let lab: ReturnType<typeof openLab>

  beforeAll(async () => {
    backend = await bubblewrap()
    lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
    await backend?.[Symbol.asyncDispose]()
  })

  it('are all there', () => {
    expect(all).toHaveLength(74)
    expect(recorded).toHaveLength(71)
  })

  it('go through the driver with nothing lost', async () => {
    const names = recorded.map(({ name }) => name)
    await using process = await LeanProcess.start(lab, replaying(names, 7), { memoryBytes })
    for (const { name, requests, replies } of recorded)
      for (const [at, text] of replies!.entries()) {
        const request = requestOf(requests[at]!) as unknown as Request
        const { reply, printed } = await process.call(request, { seconds: 30 })
        expect({ name, at, value: reply.value }).toEqual({ name, at, value: JSON.parse(text) })
        expect({ name, at, printed }).toEqual({ name, at, printed: [] })
        if ('tactic' in request) expect(reply.kind).toMatch(/^(?:state|error)$/)
      }
  }, 60_000)

  it('are read alike in whatever pieces they come, with whatever is printed between them', () => {
    const texts = recorded.flatMap(({ replies }) => replies!)
    for (const size of [1, 2, 3, 7, 100, 65_536]) {
      const reader = new ReplyReader()
      const noise = ['', 'hello', 'a\n\n{"b": 1}\n\n', '{"env": ', '⊢ {"goals": [']
      const bytes = Buffer.from(texts.map((text, at) => `${noise[at % noise.length]}${text}\n\n`).join(''))
      const read: unknown[] = []
      for (let at = 0; at < bytes.length; at += size)
        for (const piece of reader.push(bytes.subarray(at, at + size)))
          if (piece.kind === 'reply') read.push(piece.reply.value)
      expect(read).toEqual(texts.map((text) => JSON.parse(text)))
    }
  })

  const played = recorded.flatMap((transcript) => proofIn(transcript) ?? [])

  it('have proofs in them', () => {
    expect(played.length).toBe(15)
  })

  it.each(played)('$name is a proof', async ({ name, context, statement, steps }) => {
    await using prover = lean(lab, replaying([name]), { processes: 1, memoryBytes })
    await using session = await prover.open({ context, statement: statement.text })
    expect(session.root.goals).toEqual([goalOf(statement.goal)])
    const ids = new Map([[statement.proofState, session.root.id]])
    for (const { tactic, from, reply } of steps) {
      const done = await session.step(ids.get(from)!, tactic, { seconds: 30 })
      const errors = 'message' in reply || reply.messages?.some(({ severity }) => severity === 'error')
      if (errors) {
        expect(done).toMatchObject({ kind: 'error' })
        continue
      }
      const { goals, proofState, proofStatus } = reply as StateReply
      const { state } = done as Extract<Step, { kind: 'state' }>
      ids.set(proofState, state.id)
      expect(state.goals).toEqual(goals.map(goalOf))
      expect(state.done).toBe(goals.length === 0 && !proofStatus?.startsWith('Incomplete'))
      expect(session.script(state.id).at(-1)).toBe(tactic)
    }
    expect(prover.started).toBe(1)
  })

  const open = async (name: string) => {
    const { context, statement } = played.find((each) => each.name === name)!
    const prover = lean(lab, replaying([name]), { processes: 1, memoryBytes })
    return { prover, session: await prover.open({ context, statement: statement.text }) }
  }
  const state = async (session: ProofSession, from: string, tactic: string) => {
    const done = await session.step(from, tactic)
    expect(done).toMatchObject({ kind: 'state' })
    return (done as Extract<Step, { kind: 'state' }>).state
  }

  it('show cases, names that cannot be written, and holes', async () => {
    const { prover, session } = await open('mathlib/induction')
    await using _ = prover
    expect(session.root.goals).toEqual([{ hypotheses: [{ names: ['x'], type: 'ℕ' }], conclusion: 'x = x' }])
    const cases = await state(session, 's0', 'induction x')
    expect(cases.goals).toEqual([
      { name: 'zero', hypotheses: [], conclusion: '0 = 0' },
      {
        name: 'succ',
        hypotheses: [
          { names: ['n✝'], type: 'ℕ' },
          { names: ['a✝'], type: 'n✝ = n✝' },
        ],
        conclusion: 'n✝ + 1 = n✝ + 1',
      },
    ])
    expect(await state(session, cases.id, 'next => rfl')).toMatchObject({ goals: [{ name: 'succ' }] })
    const holes = 'induction x with\n| zero => sorry\n| succ x => sorry'
    expect(await state(session, 's0', holes)).toMatchObject({ goals: [], givenUp: 2, done: false })
  })

  it('add up holes', async () => {
    const { prover, session } = await open('mathlib/on_goal')
    await using _ = prover
    const tactic =
      'on_goal 1 =>\n  have h1 : x = x := by sorry\n  have h2 : x = x := by sorry\n  by_cases h3 : x < 0'
    const after = await state(session, 's0', tactic)
    expect(after).toMatchObject({ givenUp: 2, done: false, goals: [{ name: 'pos' }, { name: 'neg' }] })
    expect(after.goals[1]!.hypotheses).toContainEqual({ names: ['h1', 'h2'], type: 'x = x' })
    expect(after.goals[1]!.hypotheses).toContainEqual({ names: ['h3'], type: '¬x < 0' })
  })

  it('are errors where Lean goes on behind a mistake', async () => {
    const { prover, session } = await open('core/invalid_tactic')
    await using _ = prover
    expect(await session.step('s0', 'exact my_fake_premise')).toEqual({
      kind: 'error',
      message: 'Unknown identifier `my_fake_premise`',
    })
  })

  it('say where a tactic cannot be read', async () => {
    const { prover, session } = await open('core/unknown_tactic')
    await using _ = prover
    expect(await session.step('s0', 'exat 42')).toEqual({
      kind: 'error',
      message: 'unknown tactic',
      at: [0, 4],
    })
  })
})

interface Played {
  readonly name: string
  readonly context: string
  readonly statement: { readonly text: string; readonly goal: string; readonly proofState: number }
  readonly steps: readonly {
    readonly tactic: string
    readonly from: number
    readonly reply: StateReply | { readonly message: string }
  }[]
}

/** A transcript that opens one theorem, behind at most one command, and goes on from states that it made. */
function proofIn({ name, requests, replies }: Transcript): Played | undefined {
  const turns = requests.map((request, at) => ({
    request: requestOf(request),
    reply: JSON.parse(replies![at]!),
  }))
  const [first, second] = turns
  if (typeof first?.request.cmd !== 'string') return undefined
  const statedFirst = / := by sorry$/.test(String(first?.request.cmd))
  const opened = statedFirst ? first : second
  if (!opened || !/ := by sorry$/.test(String(opened.request.cmd))) return undefined
  if (opened.request.allTactics || opened.request.rootGoals) return undefined
  if (statedFirst ? opened.request.env !== undefined : first?.reply.env !== 0 || opened.request.env !== 0)
    return undefined
  if (/^set_option/.test(String(opened.request.cmd))) return undefined
  const text = String(opened.request.cmd).replace(/ := by sorry$/, '')
  const [hole] = (opened.reply as CommandReply).sorries ?? []
  if (typeof hole?.proofState !== 'number') return undefined
  const known = new Set([hole.proofState])
  const steps: Played['steps'][number][] = []
  for (const { request, reply } of turns.slice(statedFirst ? 1 : 2)) {
    if (typeof request.tactic !== 'string' || !known.has(Number(request.proofState))) return undefined
    steps.push({ tactic: request.tactic, from: Number(request.proofState), reply })
    if (
      !('message' in reply) &&
      !reply.messages?.some((each: { severity: string }) => each.severity === 'error')
    )
      known.add(reply.proofState)
  }
  const context = statedFirst ? '' : String(first!.request.cmd)
  return { name, context, statement: { text, goal: hole.goal, proofState: hole.proofState }, steps }
}
