import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Means } from '../../../core/agent.ts'
import type { Environment } from '../../../core/environment.ts'
import { type FileSet, fileSet } from '../../../core/files.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { bwrapMissing } from '../../../sandbox/testing.ts'
import { open } from '../environment.ts'
import { briefOf } from '../loaders/brief.ts'
import { torchPython } from '../python.ts'
import { problemOf, pythons } from '../shapes/testing.ts'
import { baselineOf } from './index.ts'

/** Generates one form for each problem, or two, and says whether it is right; what is timed is of no interest here. */
const driver = `
import json, os, sys, time
sys.path.insert(0, os.path.abspath("tuner"))
import main
main.speedup = lambda *arguments: 1.0
home = os.getcwd()
for name in sorted(os.listdir("problems")):
    source = open(f"{home}/problems/{name}").read()
    os.makedirs(f"{home}/tried/{name}")
    os.chdir(f"{home}/tried/{name}")
    try:
        tuner = main.Tuner(source, 1, time.monotonic() + 600)
        forms = tuner.kind.forms()
        # Matrices in panels are other code.
        for form in (forms[-1], forms[0]) if getattr(tuner.kind, "panels", False) else forms[-1:]:
            tuner.attempt(form, (*main.PLAIN, "-O1"))
            why = tuner.tried[-1]["why"]
            if why is None:
                why = main.first_wrong(source, main.load(tuner.tried[-1]["directory"]), [None, *tuner.trace.tried])
            if why is not None:
                break
        said = "right" if why is None else f"wrong: {why}"
    except main.NotRecognised as reason:
        said = str(reason)
    print(json.dumps([name, said]), flush=True)
`

const two = 'torch.randn(R, N), torch.randn(R, N)'
const constants = 'R = 10\nN = 37'
const of = (forward: string, inputs = two, init = 'self.w = nn.Parameter(torch.randn(n))') =>
  problemOf({ constants, init, forward, inputs, parameters: 'x, y', arguments: 'n=37' }).replace(
    'return [n=37]',
    'return [N]',
  )
const images = 'torch.randn(3, 6, 5, N), torch.randn(3, 6, 5, N)'

const right: Readonly<Record<string, string>> = {
  chain: of(
    'h = x * self.w\nh = torch.where(h > 0, h, 0.1 * h)\nreturn F.gelu(h) + torch.tanh(y).log1p().abs()',
  ),
  views: of('return x[:, 1:].exp() - y.t().t()[:, :-1]'),
  'last dimension': of('return F.softmax(x, -1) * y, (x * y).sum(-1)'),
  'first dimension': of('return x.mean(0), (x - x.amax(0)).sigmoid()'),
  'layer norm': of('return self.n(x + y) * x.shape[0] ** 0.5', two, 'self.n = nn.LayerNorm(n)'),
  'group norm': of('return F.silu(self.n(x)) * y', images, 'self.n = nn.GroupNorm(3, 6)'),
  'batch norm': of('return F.relu(self.n(x)) + y', images, 'self.n = nn.BatchNorm2d(6)'),
  scan: of('return (x * y).cumsum(-1) - x'),
  'scan of the first': of('return x.cumsum(0) * y'),
  loss: of('return F.huber_loss(x, y)'),
  diagonal: of('return torch.diag(x[:, 0]) @ y'),
}
/** Computed step by step, over a few rows at a time. */
const attention = (mask: string) =>
  `s = x @ y.transpose(-2, -1) / x.shape[-1] ** 0.5\n${mask}return torch.softmax(s, -1) @ y`
const staged: Readonly<Record<string, string>> = {
  'causal attention': of(
    attention('s = s.masked_fill(torch.ones(R, R, dtype=torch.bool).triu(1), -1e9)\n')
      .replaceAll('R,', 'x.shape[1],')
      .replace('x.shape[1], R', 'x.shape[1], x.shape[1]'),
    'torch.randn(3, R, N), torch.randn(3, R, N)',
  ),
  'products of batches': of(
    'return torch.bmm(torch.bmm(x, y), x.transpose(1, 2)) + self.w',
    'torch.randn(R, N, N), torch.randn(R, N, N)',
  ),
  'product of triangles': of('return torch.tril(x) @ torch.tril(y)', 'torch.randn(N, N), torch.randn(N, N)'),
  'small network': of(
    'h = torch.tanh(self.a(F.layer_norm(x, x.shape[1:])))\nreturn F.log_softmax(x + self.b(h), -1) + y',
    two,
    'self.a, self.b = nn.Linear(n, 50), nn.Linear(50, n)',
  ),
  'exclusive sums': of('return torch.cat((torch.zeros_like(x[:, :1]), (x * y).cumsum(1)[:, :-1]), 1)'),
  'bags of rows': of(
    'return (self.w[x] * y.unsqueeze(-1)).sum(1)',
    'torch.randint(0, 50, (R, N)), torch.randn(R, N)',
    'self.w = nn.Parameter(torch.randn(50, 19))',
  ),
  'sums that start again': of(
    'p = torch.arange(x.shape[1])\ns = torch.where(y > 1, p, torch.zeros_like(p)).cummax(1).values\nt = x.cumsum(1)\nreturn t - torch.gather(t - x, 1, s)',
  ),
}
const refused: readonly (readonly [string, string, string])[] = [
  ['order', of('return x.sort(-1).values + y'), 'sort'],
  ['mutation', of('x.add_(1)\nreturn x * y'), 'changes an input'],
  ['random', of('return torch.rand_like(x) + y'), 'rand_like'],
  ['steps', of('for row in x: y = y + row\nreturn y'), 'depends on the shapes'],
]

const all = { ...right, ...staged }

const own = (folder: string): [string, string][] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith('.py'))
    .map((name) => [`${folder}/${name}`, readFileSync(new URL(`${folder}/${name}`, import.meta.url), 'utf8')])

async function environmentOf(problem: string, files: FileSet = new Map()) {
  const backend = await bubblewrap()
  const lab = openLab(backend, { seed: 'baseline', signal: new AbortController().signal })
  const key = {
    problem,
    shapes: [],
    device: 'cpu',
    threads: 1,
    solved: 'faster',
    library: 'forbidden',
    solution: new Map(),
  } as const
  const brief = briefOf(key)
  const environment = await open({ brief: { ...brief, files: new Map([...brief.files, ...files]) } }, lab)
  const close = async () => {
    await environment[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  }
  return { environment, close, signal: lab.signal }
}

describe.skipIf(bwrapMissing()).each(pythons)('what is generated, with $name', ({ path }) => {
  const said = new Map<string, string>()
  beforeAll(async () => {
    if (path !== undefined) process.env.TOUCHSTONE_PYTHON = path
    const problems = [...Object.entries(all), ...refused.map(([name, source]) => [name, source] as const)]
    const files = fileSet({
      'driver.py': driver,
      ...Object.fromEntries([
        ...own('tuner'),
        ...problems.map(([name, source]) => [`problems/${name}`, source]),
      ]),
    })
    const { environment, close } = await environmentOf(right.chain!, files)
    const { path: python } = await torchPython()
    const { text } = await environment.act('bash', { command: `${python} -B driver.py`, seconds: 290 })
    await close()
    for (const line of text.split('\n').filter((each) => each.startsWith('["')))
      said.set(...(JSON.parse(line) as [string, string]))
    if (said.size < problems.length) console.error(text)
  }, 300_000)
  afterAll(() => {
    delete process.env.TOUCHSTONE_PYTHON
  })

  it.each(Object.keys(all))('%s is right, for other shapes too', (name) => {
    expect(said.get(name)).toBe('right')
  })
  it.each(refused)('%s is not recognised', (name, _, why) => {
    expect(said.get(name)).toContain(why)
  })
})

describe.skipIf(bwrapMissing())('the agent', () => {
  const attempt = async (environment: Environment, signal: AbortSignal) => {
    const remarks: string[] = []
    const say = (text: string) => void remarks.push(text)
    const submission = await baselineOf(0).attempt(environment, {
      say,
      signal,
      seed: 's',
    } as unknown as Means)
    return {
      remarks: remarks.join('\n'),
      files: submission.kind === 'files' ? [...submission.files.keys()] : [],
    }
  }

  it('hands in what it has tuned and the environment has measured', async () => {
    const source = of('return torch.tanh(x * self.w) * torch.sigmoid(y)')
    const { environment, close, signal } = await environmentOf(source)
    const { remarks, files } = await attempt(environment, signal)
    await close()
    expect(files, remarks).toEqual(['model_new.py', 'kernel.cpp'])
    expect(remarks).toMatch(/^Recognised: \d form.*times as fast as eager.*Handed in as the fastest: /s)
  }, 300_000)

  it('says why it hands in nothing', async () => {
    const { environment, close, signal } = await environmentOf(of('return x.sort(-1).values'))
    const { remarks, files } = await attempt(environment, signal)
    await close()
    expect(files).toEqual([])
    expect(remarks).toContain('sort')
  }, 120_000)
})
