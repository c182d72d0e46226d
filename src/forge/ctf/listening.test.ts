import { describe, expect, it } from 'vitest'
import { fileSet } from '../../core/files.ts'
import { bubblewrap, openLab } from '../../sandbox/index.ts'
import { bwrapMissing } from '../../sandbox/testing.ts'
import { listeningPort } from './listening.ts'
import { type ServicePlan, servicePlanSchema } from './plan.ts'

const server = (...addresses: string[]) => `import socket, time
time.sleep(0.5)
kept = []
for address, port in [${addresses.join(', ')}]:
    s = socket.socket(); s.bind((address, port)); s.listen(); kept.append(s)
time.sleep(60)
`
const service: ServicePlan = servicePlanSchema.parse({
  name: 'server',
  port: 1337,
  transport: 'socket',
  program: 'server.py',
  command: ['python3', 'server.py'],
  files: [],
  links: {},
  env: {},
  ready: {},
  plants: [{ file: 'flag.txt' }],
  packages: [],
  memoryMb: 256,
})

describe.skipIf(bwrapMissing())(
  'the port of a program that nothing names (skipped without bubblewrap)',
  () => {
    it.each([
      ['is the one that it listens on', server('("0.0.0.0", 4711)'), 4711],
      ['is not one that only it reaches', server('("127.0.0.1", 4711)'), undefined],
      ['is unknown where it listens on two', server('("0.0.0.0", 4711)', '("0.0.0.0", 4712)'), undefined],
      ['is unknown where it ends', 'raise SystemExit(1)', undefined],
    ])('%s', async (_, program, port) => {
      await using backend = await bubblewrap()
      await using lab = openLab(backend, { seed: 's', signal: new AbortController().signal })
      expect(await listeningPort(service, fileSet({ 'services/server/server.py': program }), lab)).toBe(port)
    })
  },
)
