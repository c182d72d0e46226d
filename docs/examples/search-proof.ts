// A search of one's own over the states of a live prover, breadth first: node docs/examples/search-proof.ts
import { domainOf } from '../../src/domains/registry.ts'
import { openSuite } from '../../src/domains/suites.ts'
import { bubblewrap, openLab } from '../../src/sandbox/index.ts'

interface Reached {
  readonly state: string
  readonly done: boolean
}

const suite = await openSuite('proofs-basics', { errata: false })
const task = await suite.tasks.find(({ id }) => id === 'num-add-zero')?.load()
if (!task) throw new Error('proofs-basics has no task num-add-zero')
const proofs = await domainOf('proofs')

await using backend = await bubblewrap()
await using lab = openLab(backend, { seed: '0', signal: new AbortController().signal })
await using environment = await proofs.open(task, {}, lab)

/** What an action leads to; nothing where it fails. */
async function reach(action: string, input: object): Promise<Reached | undefined> {
  const seen = await environment.act(action, input)
  return seen.ok ? (seen.data as unknown as Reached) : undefined
}

/** The first state that has no goals, within 200 states. */
async function search(tactics: readonly string[]): Promise<string | undefined> {
  const first = await reach('open', {})
  const states = first ? [first.state] : []
  for (const state of states) {
    for (const tactic of tactics) {
      const next = await reach('tactic', { state, tactic, seconds: 1 })
      if (next?.done) return next.state
      if (next && states.length < 200) states.push(next.state)
    }
  }
  return undefined
}

const last = await search(['reflexivity.', 'rewrite IHn.', 'simpl.', 'induction n.'])
if (last) console.log((await environment.act('qed', { state: last })).text)
console.log((await proofs.judge(task, await environment.collect(), lab, {})).outcome)
