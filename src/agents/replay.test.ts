import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryDomain, memoryTask } from '../../test/support/memory-domain.ts'
import { modelSaying, tryOut } from '../../test/support/trial.ts'
import type { EventBody } from '../core/events.ts'
import type { Task } from '../core/task.ts'
import { agentOf } from './index.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'touchstone-replay-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const domain = memoryDomain()

async function played(content = 'yes', task: Task = memoryTask()): Promise<EventBody[]> {
  const model = modelSaying([
    {
      calls: [
        ['read', { path: 'notes.txt' }],
        ['write', { path: 'answer.txt', content }],
      ],
    },
    { calls: [['submit', {}]] },
  ])
  return (await tryOut(agentOf('react', domain), { model, task })).recorder.events
}

const journal = (events: readonly EventBody[]) =>
  events.map((event, seq) => `${JSON.stringify({ seq, at: 0, ...event })}\n`).join('')

describe('replay', () => {
  it.each(['one.jsonl', 'one.jsonl.zst'])('plays %s: the same actions, the same submission', async (name) => {
    const events = await played()
    const path = join(directory, name)
    await writeFile(path, name.endsWith('.zst') ? zstdCompressSync(journal(events)) : journal(events))
    const { end, recorder } = await tryOut(agentOf(`replay:from=${path}`, domain))
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { actions: 2, turns: 0 } })
    const actions = (of: readonly EventBody[]) => of.filter(({ type }) => type === 'action')
    expect(actions(recorder.events)).toEqual(actions(events))
    expect(recorder.of('note').at(-1)?.text).toBe('2 actions played, 0 of them came out otherwise.')
  })

  it('says where the world came out otherwise', async () => {
    const events = await played()
    const changed = events.map((event) =>
      event.type === 'observation' && event.id === 0 ? { ...event, text: 'other' } : event,
    )
    await writeFile(join(directory, 'one.jsonl'), journal(changed))
    const { recorder } = await tryOut(agentOf(`replay:from=${directory}`, domain))
    expect(recorder.of('note').map(({ text }) => text)).toContain(
      'Action 0 (read) came out otherwise than recorded.',
    )
  })

  it('finds the journal of its task in a run directory, or the trial that is named', async () => {
    const other = memoryTask({ instructions: 'Another task.' })
    await mkdir(join(directory, 'trials', 'memory', 'one'), { recursive: true })
    const at = (name: string) => join(directory, 'trials', 'memory', 'one', name)
    await writeFile(at('react@m.1.jsonl'), journal(await played('no', other)))
    await writeFile(at('react@m.2.jsonl'), journal(await played('no')))
    await writeFile(at('react@m.3.jsonl'), journal(await played('yes')))
    const outcome = async (spec: string) => (await tryOut(agentOf(spec, domain))).end
    expect(await outcome(`replay:from=${directory}`)).toMatchObject({ verdict: { outcome: 'unsolved' } })
    const named = `replay:from=${directory},trial=memory/one/react@m.3`
    expect(await outcome(named)).toMatchObject({ verdict: { outcome: 'solved' } })
    expect(await outcome(`replay:from=${directory},trial=memory/one/react@m.1`)).toMatchObject({
      code: 'no-trajectory',
    })
  })

  it('takes the last attempt that handed something in, and a torn last line does not matter', async () => {
    const [first, second] = [await played('no'), await played('yes')]
    const cutOff = first.slice(0, 4)
    await writeFile(
      join(directory, 'one.jsonl'),
      `${journal([...first, ...second, ...cutOff])}{"seq":9,"at":0,"ty`,
    )
    const { end } = await tryOut(agentOf(`replay:from=${directory}`, domain))
    expect(end).toMatchObject({ verdict: { outcome: 'solved' }, totals: { actions: 2 } })
  })

  it('of a trial that was cut off hands in what its actions left', async () => {
    const events = await played()
    const until = events.findIndex(({ type }) => type === 'submission')
    await writeFile(join(directory, 'one.jsonl'), journal(events.slice(0, until)))
    const { end } = await tryOut(agentOf(`replay:from=${directory}`, domain))
    expect(end).toMatchObject({ verdict: { outcome: 'solved' } })
  })

  it.each(['nothing-here', '.', 'torn.zst'])('from %s says that there is no trajectory', async (name) => {
    await writeFile(join(directory, 'torn.zst'), 'not zstd')
    const { end } = await tryOut(agentOf(`replay:from=${join(directory, name)}`, domain))
    expect(end).toMatchObject({ end: 'void', code: 'no-trajectory', retryable: false })
  })
})
