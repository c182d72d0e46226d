import { describe, expect, it } from 'vitest'
import type { Means } from '../../../core/agent.ts'
import { Budget } from '../../../core/budget.ts'
import type { Environment } from '../../../core/environment.ts'
import { limitsSchema } from '../../../core/limits.ts'
import { endpointsIn } from './banner.ts'
import { hunt } from './hunt.ts'
import { baseline } from './index.ts'

describe('endpointsIn', () => {
  it.each([
    ['Connect with nc vault 1337.', 'vault', '1337', false],
    ['It listens on `vault`, port 1337.', 'vault', '1337', false],
    ['See http://shop:8080/login for more.', 'shop', '8080', true],
    ['Ask `oracle:4000` nicely.', 'oracle', '4000', false],
  ])('%s', (text, host, port, web) => expect(endpointsIn(text)).toEqual([{ host, port, web }]))

  it('takes nothing that a shell would read as more than a name', () => {
    expect(endpointsIn('nc $(reboot) 80; nc `id` 80; http://;ls:80/')).toEqual([])
  })
})

describe('baseline', () => {
  const means = (said: string[], seconds = 20): Means => ({
    budget: new Budget(limitsSchema.parse({ wallSeconds: seconds })),
    signal: new AbortController().signal,
    seed: 'x',
    say: (text) => void said.push(text),
    tried: () => {},
  })
  const environment = (files: Record<string, string>, answer: object = { kind: 'text', maxBytes: 1000 }) => {
    const brief = {
      instructions: 'The flag looks like touchstone{...}.',
      files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
      answer,
    }
    return { brief, actions: {} } as unknown as Environment
  }

  it('hands in what it found and says how', async () => {
    const said: string[] = []
    const text = Buffer.from('touchstone{said_how}').toString('base64')
    expect(await baseline.attempt(environment({ 'a.txt': text }), means(said))).toEqual({
      kind: 'text',
      text: 'touchstone{said_how}',
    })
    expect(said.join()).toContain('a.txt → base64')
  })

  it('gives up with an empty text where there is nothing', async () => {
    const said: string[] = []
    expect(await baseline.attempt(environment({ 'a.txt': 'nothing' }), means(said))).toEqual({
      kind: 'text',
      text: '',
    })
    expect(said.join()).toContain('No flag found')
  })

  it('ends when its signal does', async () => {
    const stop = new AbortController()
    const going = hunt(
      { instructions: '', files: new Map([['a', Buffer.alloc(3 * 1024 ** 2, 'a{b ')]]) },
      30,
      stop.signal,
    )
    setTimeout(() => stop.abort(new Error('enough')), 200)
    await expect(going).rejects.toThrow('enough')
  })
})
