/** One sitting of the forge that test/forge.test.ts kills: `forge-child.ts ROOT OUT LOG CONCURRENCY`. Prints `told ID` as items end. */
import { domainOf } from '../../src/domains/registry.ts'
import { forge } from '../../src/forge/engine/forge.ts'
import { nullLab } from './memory-world.ts'
import { toySource } from './toy-source.ts'

const [root = '', out = '', log = '', concurrency = '2'] = process.argv.slice(2)
const { ended } = await forge({
  source: toySource({ log }),
  root,
  origin: 'toys',
  out,
  openLab: nullLab,
  attempts: 1,
  signal: new AbortController().signal,
  backend: 'null',
  domainOf,
  until: 'answered',
  repairs: 0,
  concurrency: Number(concurrency),
  task: null,
  limit: null,
  onProgress(_, news) {
    if (news.type === 'begun') process.stdout.write('begun\n')
    if (news.type === 'ended') process.stdout.write(`told ${news.record.id}\n`)
  },
})
process.stdout.write(`${ended}\n`)
