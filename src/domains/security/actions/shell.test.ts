import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../core/environment.ts'
import { LimitReached } from '../../../core/errors.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { acting, opened, sceneOf } from './testing.ts'

let backend: SandboxBackend
let environment: Environment
beforeAll(async () => {
  backend = await bubblewrap()
  environment = await opened(backend, sceneOf({ 'note.txt': 'hello' }))
})
afterAll(async () => {
  await environment[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

function shellOf(environment: () => Environment) {
  const act = acting(environment)
  const bash = (command: string, timeout_seconds = 5) => act('bash', { command, timeout_seconds })
  /** The shell works, and knows nothing of what came before. */
  const works = async () =>
    expect(await bash('echo "it works: $(cat /work/note.txt)"')).toMatchObject({
      ok: true,
      text: 'it works: hello',
    })
  return { act, bash, works }
}
const { act, bash, works } = shellOf(() => environment)

/** In an environment of its own: tests that wait for most of their time do so side by side. */
async function alone(use: (shell: ReturnType<typeof shellOf>) => Promise<void>): Promise<void> {
  const own = await opened(backend, sceneOf({ 'note.txt': 'hello' }))
  try {
    await use(shellOf(() => own))
  } finally {
    await own[Symbol.asyncDispose]()
  }
}

describe('bash', () => {
  it('keeps its directory, variables, functions and background jobs', async () => {
    await bash('mkdir -p place && cd place; x=5; f() { echo "f $1"; }; (sleep 0.4; echo late) & disown')
    const { text } = await bash('pwd; echo $x; f 1; sleep 0.8; cd /work; unset x')
    expect(text).toBe('/work/place\n5\nf 1\nlate')
  })

  it('shows both outputs in order, and the exit code', async () => {
    const failing = await bash('echo one; echo two >&2; echo three; sh -c "exit 7"')
    expect(failing).toMatchObject({ ok: false, data: { exit_code: 7, timed_out: false } })
    expect(failing.text).toBe('one\ntwo\nthree\n[exit code 7]')
    expect((await bash("sh -c 'kill -SEGV $$'")).text).toBe('[exit code 139: SIGSEGV]')
    expect(await bash('true')).toMatchObject({ ok: true, text: '(it printed nothing)' })
  })

  it('gives commands nothing to read', async () => {
    expect((await bash('cat; read x; echo "[$x]"; python3 -c "input()"')).text).toContain('[]\nTraceback')
  })

  it('shows bytes that are no text as escapes', async () => {
    expect((await bash(`printf 'a\\x00\\xff\\xc3\\xa9\\x1b[1m\\r\\nb'`)).text).toBe('a\\x00\\xffé\\x1b[1m\nb')
  })

  it.each([
    ['unbalanced quotes', "echo 'never closed", 2],
    ['an open here-document', 'cat <<END\nnever closed', 0],
    ['half a compound command', 'if true; then', 2],
    ['a bracket too many', 'echo a; }', 2],
    ['closed outputs', 'exec 1>&- 2>&-', 0],
    ['outputs that lead elsewhere', 'exec >/dev/null 2>&1', 0],
    ['a closed input', 'exec 0<&-', 0],
    ['what looks like an answer', 'echo \'{"id":1,"exit":0}\'; printf "%s 0\\n" 0123456789abcdef >&2', 0],
    ['a syntax error in POSIX mode', 'set -o posix; eval "if"', 2],
    ['noexec', 'set -n', 0],
    ['a lone NUL and invalid bytes', 'true \u0000 \udcff', 0],
    [
      'aliases and functions with its names',
      'shopt -s expand_aliases; alias printf=false eval=false; exit() { :; }; eval() { :; }',
      0,
    ],
  ])('is not confused by %s', async (_, command, code) => {
    expect((await bash(command)).data.exit_code).toBe(code)
    await works()
    await bash('set +o posix; unalias -a; unset -f exit eval')
  })

  it.each([
    ['exit', 'exit 3', 3],
    ['exec', 'exec echo replaced', 0],
    ['set -e', 'set -e; false; echo not reached', 1],
    ['its own end', 'kill -9 $$', null],
    ['every descriptor closed', 'for n in $(seq 3 260); do eval "exec $n>&-"; done', 0],
  ])('is started again after %s, where it was, and says so', async (_, command, code) => {
    await bash('cd /tmp; kept=1')
    const said = await bash(command)
    expect(said.text).toContain('The shell has ended')
    expect(said.text).not.toContain('not reached')
    expect(said.data.exit_code).toBe(code)
    expect((await bash('echo "$PWD:$kept"; cd /work')).text).toBe('/tmp:')
  })

  it('shows no more than a note of what the program that keeps it is made to say', async () => {
    const lie = `{"id":N,"error":"$(head -c 500000 /dev/zero | tr '\\0' A)\\u001b[2J"}`
    const said = await bash(
      `for n in $(seq 99); do echo "${lie.replaceAll('"', '\\"').replace('N', '$n').replace('500000', '5000')}"; done > /proc/$PPID/fd/1`,
    )
    expect(said.text.length).toBeLessThan(2000)
    await environment[Symbol.asyncDispose]()
    environment = await opened(backend, sceneOf({ 'note.txt': 'hello' }))
  })

  it('runs one command at a time', async () => {
    const first = bash('sleep 0.5; echo first')
    expect((await bash('echo second')).text).toContain('another bash command is still running')
    expect((await first).text).toBe('first')
  })

  it('survives a flood and commands of any size', async () => {
    const flood = await bash('head -c 50000000 /dev/zero | tr "\\0" "x"; echo; echo end', 20)
    expect(flood.text.length).toBeLessThan(9000)
    expect(flood.text).toMatch(/bytes were dropped here|bytes in the middle are lost/)
    expect(flood.text).toMatch(/end$/)
    expect((await bash(`x='${'y'.repeat(300_000)}'; echo \${#x}`)).text).toBe('300000')
  }, 30_000)

  it('ends with the trial', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('the trial is over')), 300)
    await expect(act('bash', { command: 'sleep 60' }, stop.signal)).rejects.toThrow('the trial is over')
    expect((await bash('echo again')).text).toMatch(/^again\n\[The shell had been killed/)
  })

  it('ends the trial where the processor time is used up', async () => {
    const scene = sceneOf({})
    const sandbox = { ...scene.brief.limits.sandbox, cpuSeconds: 1 }
    const limits = { ...scene.brief.limits, sandbox }
    const tired = await opened(backend, { ...scene, brief: { ...scene.brief, limits } })
    const acted = tired.act('bash', { command: 'while :; do :; done', timeout_seconds: 20 })
    await expect(acted).rejects.toThrow(LimitReached)
    await tired[Symbol.asyncDispose]()
  }, 30_000)
})

describe.concurrent('bash, where one has to wait', { timeout: 30_000 }, () => {
  it('is started again after everything was killed, and after its keeper was stopped', () =>
    alone(async ({ bash, works }) => {
      expect((await bash('kill -9 -1')).text).toContain('was killed with all it had started')
      await works()
      const stopped = await bash('kill -STOP $PPID; sleep 60', 0.5)
      expect(stopped).toMatchObject({ ok: false, data: { timed_out: true } })
      await works()
    }))

  it('does not wait for a keeper that takes no command any more', () =>
    alone(async ({ bash, works }) => {
      await bash('(sleep 0.2; kill -STOP $PPID) > /dev/null 2>&1 &')
      await new Promise((resolve) => setTimeout(resolve, 600))
      const longer = `: ${'x'.repeat(400_000)}`
      expect(await bash(longer, 0.5)).toMatchObject({ ok: false, data: { timed_out: true } })
      await works()
    }))

  it('interrupts what lasts too long, and keeps the shell', () =>
    alone(async ({ bash }) => {
      for (const command of [
        'kept=yes; sleep 60',
        'while :; do :; done',
        'while true; do sleep 0.1; done',
        'yes',
      ]) {
        const said = await bash(command, 0.5)
        expect(said).toMatchObject({ ok: false, data: { timed_out: true, exit_code: 130 } })
        expect(said.text).toContain('[interrupted after 0.5 s]')
      }
      expect((await bash('echo $kept')).text).toBe('yes')
    }))

  it('kills what will not be interrupted, and the shell only at last', () =>
    alone(async ({ bash, works }) => {
      await bash('kept=yes')
      expect((await bash('sh -c "trap \'\' INT TERM; sleep 60"', 0.3)).data.exit_code).toBe(137)
      expect((await bash('echo $kept')).text).toBe('yes')
      const stubborn = await bash("trap '' INT; while :; do sleep 0.1; done", 0.3)
      expect(stubborn.text).toContain('would not be interrupted and was ended')
      await works()
    }))

  it('replaces a shell that tells nothing any more', () =>
    alone(async ({ bash, works }) => {
      expect((await bash('printf() { :; }; builtin() { :; }', 0.5)).text).toContain(
        'would not be interrupted',
      )
      await works()
    }))

  it('has its time where nobody reads the command', () =>
    alone(async ({ act, bash, works }) => {
      await bash('(sleep 0.3; kill -STOP $PPID) & disown')
      await act('start', { command: 'sleep 1', until: 'never' })
      const said = await bash(`: ${'x'.repeat(4_000_000)}`, 0.5)
      expect(said.text).toContain('did not answer any more')
      await works()
    }))
})
