import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../../core/environment.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap } from '../../../sandbox/index.ts'
import { acting, installed, opened, sceneOf } from './testing.ts'

const source = `#include <stdio.h>
#include <string.h>
#include <unistd.h>
int twice(int x) {
  int y = x * 2;
  return y;
}
int main(int argc, char **argv) {
  char name[64] = "nobody";
  setvbuf(stdout, 0, _IONBF, 0);
  printf("%d arguments, name? ", argc - 1);
  read(0, name, 400);
  printf("hello %s, %d\\n", name, twice(21));
  return 0;
}
`

describe.skipIf(!installed('gcc', 'gdb'))('debug (needs gcc and gdb)', () => {
  let backend: SandboxBackend
  let environment: Environment
  beforeAll(async () => {
    backend = await bubblewrap()
    environment = await opened(backend, sceneOf({ 'p.c': source }))
    const build =
      'gcc -w -g -O0 -fno-stack-protector -no-pie -o p p.c && strip -o stripped p && gcc -w -s -o bare p.c'
    expect(await environment.act('bash', { command: build })).toMatchObject({ ok: true })
  }, 30_000)
  afterAll(async () => {
    await environment[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  })
  const act = acting(() => environment)
  const debug = (action: string, input: object = {}) => act('debug', { action, ...input })

  it('runs a program to main, by lines, breakpoints, and to its end', async () => {
    const started = await debug('start', { path: 'p', args: ['a b', "c'd"], session: 'lines' })
    expect(started.text).toMatch(/main \(argc=3, argv=0x[0-9a-f]+\) at p\.c:9[\s\S]*=> 0x[0-9a-f]+ <main/)
    expect((await debug('breakpoint', { location: 'twice' })).text).toContain('Breakpoint 2')
    const asking = await debug('continue')
    expect(asking).toMatchObject({ data: { running: true } })
    expect(asking.text).toContain('2 arguments, name?')
    expect((await debug('registers')).text).toContain('the program runs in lines')
    expect((await act('feed', { session: 'lines', text: 'alice', until: 'Breakpoint 2' })).ok).toBe(true)
    // gdb has said where it stopped, and goes on to its prompt.
    const isStopped = async () => expect((await debug('registers')).text).not.toContain('the program runs')
    await vi.waitFor(isStopped, { timeout: 10_000 })
    expect((await act('feed', { session: 'lines', text: 'x' })).text).toContain('does not run now')
    expect((await debug('backtrace')).text).toMatch(/#0 +twice \(x=21\)[\s\S]*#1 .*main/)
    await debug('next', { count: 2 })
    expect((await debug('exec', { command: 'print y' })).text).toContain('= 42')
    expect((await debug('finish')).text).toContain('Value returned is $2 = 42')
    expect((await debug('continue')).text).toContain('exited normally')
    expect(await debug('registers')).toMatchObject({
      ok: false,
      text: expect.stringContaining('no registers'),
    })
  })

  it('shows registers, memory and code', async () => {
    await debug('start', { path: 'p', location: 'twice', input: 'x', session: 'state' })
    expect((await debug('registers', { names: ['rdi', 'rip'] })).text).toMatch(
      /^rdi +0x15 +21\nrip +0x[0-9a-f]+ .*<twice/,
    )
    expect((await debug('registers')).text).toMatch(/rax[\s\S]*eflags/)
    expect((await debug('memory', { address: '$rsp', count: 2 })).text).toMatch(
      /^0x[0-9a-f]+:\t0x[0-9a-f]{16}\t0x/,
    )
    expect(
      (await debug('memory', { address: 'main', unit: 'byte', count: 3, format: 'unsigned' })).text,
    ).toMatch(/\d+\t\d+/)
    expect((await debug('memory', { address: '"text"', format: 'string', count: 1 })).text).toContain(
      '"text"',
    )
    expect((await debug('memory', { address: '0x1' })).ok).toBe(false)
    expect((await debug('disassemble', { location: 'twice' })).text).toMatch(/push +rbp[\s\S]*ret/)
    expect((await debug('disassemble', { count: 2 })).text).toMatch(/^=> 0x/)
    expect((await debug('breakpoint', { location: 'twice', condition: 'x == 5' })).ok).toBe(true)
    expect((await debug('breakpoint')).text).toContain('stop only if x == 5')
  })

  it('finds the offset of a return address with a pattern on standard input', async () => {
    const pattern = Array.from({ length: 26 }, (_, at) => String.fromCharCode(65 + at).repeat(8)).join('')
    await debug('start', { path: 'stripped', input: `${pattern}\\n`, escapes: true, session: 'crash' })
    expect((await debug('continue')).text).toContain('SIGSEGV')
    expect((await debug('memory', { address: '$rsp', count: 1 })).text).toMatch(/0x4a4a4a4a4a4a4a4a/)
  })

  it('stops a program without symbols at its first instruction, and steps by instructions', async () => {
    const started = await debug('start', { path: 'bare', session: 'bare' })
    expect(started.text).toMatch(/^It has no symbol main[\s\S]*(_start|ld-linux)/)
    expect((await debug('step')).text).toMatch(/=> 0x/)
    expect((await debug('continue')).data.running).toBe(true)
    expect((await debug('interrupt')).text).toContain('SIGINT')
    expect((await debug('exec', { command: 'info proc' })).text).toMatch(/exe = '\/work\/bare'/)
  })

  it('takes commands of several lines, and several debuggers at once', async () => {
    const script = 'python\nfor n in range(3): print("n", n)\nend\nprint 6 * 7'
    expect((await debug('exec', { session: 'crash', command: script })).text).toMatch(
      /n 0\nn 1\nn 2\n\$\d+ = 42/,
    )
    expect((await debug('exec', { session: 'crash', command: 'nonsense' })).ok).toBe(false)
    expect((await act('sessions', {})).text).toMatch(/lines [\s\S]*state [\s\S]*crash [\s\S]*bare /)
    expect((await debug('exec', { session: 'bare', command: 'quit' })).data.ended).toBe(
      'ended with exit code 0',
    )
    expect((await debug('exec', { session: 'bare', command: 'info registers' })).text).toContain(
      'ended with exit code 0',
    )
  })

  it('says what cannot be debugged', async () => {
    expect((await debug('start', { path: 'nothing' })).text).toContain('No such file or directory')
    expect((await debug('start', { path: 'p.c' })).text).toContain('not in executable format')
    expect((await debug('start', { path: 'p', location: 'nowhere' })).text).toContain(
      'there is no place nowhere',
    )
    expect((await debug('start', {})).text).toContain('needs the path')
    expect((await debug('registers', { session: 'nobody' })).text).toContain('there is no such debugger')
    expect((await debug('dance')).ok).toBe(false)
  })
})
