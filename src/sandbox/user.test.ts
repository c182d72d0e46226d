import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bwrapMissing } from './testing.ts'

const uid = 61_234
const as = ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--']

const root = process.getuid?.() === 0
const why = root ? '' : ' (it takes root to become another user)'

/**
 * Becomes another user who sees the checkout and Node by mounts in their home: either may lie where that user cannot
 * go. Arguments: the checkout, Node, the home, then what to run.
 */
const enter =
  'mkdir "$3/checkout" && : >"$3/node" && mount --bind "$1" "$3/checkout" && mount --bind "$2" "$3/node" && shift 3 && exec "$@"'

const scriptIn = (home: string) => `
  import { bubblewrap } from ${JSON.stringify(join(home, 'checkout/src/sandbox/index.ts'))}
  import { conformance } from ${JSON.stringify(join(home, 'checkout/src/sandbox/conformance/index.ts'))}
  const backend = await bubblewrap()
  const facts = await backend.facts()
  const failed = []
  for (const subject of ['commands', 'files', 'isolation', 'devices']) {
    for (const { name, run } of conformance[subject]) await run(backend).catch((error) => failed.push(name + ': ' + error.message))
  }
  const sandbox = await backend.open({ name: 'x' })
  for (let turn = 0; turn < 10; turn++) {
    const running = await sandbox.start(['sleep', '987010'])
    await new Promise((resolve) => setTimeout(resolve, turn))
    running.kill()
    await running.finished
    await sandbox.exec(['sh', '-c', 'setsid sleep 987010 & (sleep 987010 &)'])
  }
  const deep = 'd=0123456789; i=0; while [ $i -lt 600 ]; do mkdir $d && cd $d; i=$((i+1)); done; chmod 0 .'
  await sandbox.exec(['sh', '-c', deep])
  const hog = await sandbox.exec(['perl', '-e', 'my $x = "a" x (2 << 30); print "got it"'])
  const bomb = await sandbox.exec(['perl', '-e', 'my $n = 0; while ($n < 1000) { my $p = fork; last unless defined $p; exec "sleep", 30 unless $p; $n++ } print $n'])
  await sandbox[Symbol.asyncDispose]()
  const pod = await backend.pod('p').catch((error) => error.code)
  await backend[Symbol.asyncDispose]()
  console.log(JSON.stringify({ facts, failed, pod, hog: String(hog.stdout), bomb: Number(hog && Buffer.from(bomb.stdout).toString()) }))`

describe.skipIf(bwrapMissing() || !root)(`without root${why}`, () => {
  it('isolates as well, limits by rlimits, says so, and leaves nothing', () => {
    const home = mkdtempSync(join(tmpdir(), 'touchstone-user-'))
    chownSync(home, uid, uid)
    try {
      const checkout = join(import.meta.dirname, '../..')
      const become = ['/usr/bin/setpriv', ...as, join(home, 'node'), '--input-type=module-typescript', '-e']
      const argv = ['--mount', 'sh', '-c', enter, 'enter', checkout, process.execPath, home, ...become]
      const done = spawnSync('unshare', [...argv, scriptIn(home)], {
        env: { HOME: home, XDG_RUNTIME_DIR: home, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        encoding: 'utf8',
      })
      expect(done.stderr).toBe('')
      const { facts, failed, pod, hog, bomb } = JSON.parse(done.stdout)
      expect(failed).toEqual([])
      expect(facts.memory).toContain('rlimits')
      expect(pod).toBe('pod-needs-root')
      expect(hog).toBe('')
      expect(bomb).toBeLessThan(200)
      expect(readdirSync(join(home, `touchstone-${uid}`))).toEqual([])
      expect(processesOf(uid)).toEqual([])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})

function processesOf(user: number): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const status = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
      return new RegExp(`^Uid:\\s${user}\\b`, 'm').test(status)
        ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
        : []
    } catch {
      return []
    }
  })
}
