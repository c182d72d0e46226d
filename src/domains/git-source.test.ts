import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { checkoutOf } from './git-source.ts'
import { openSuite } from './suites.ts'

let root: string
let address: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'touchstone-git-'))
  const repository = join(root, 'repository')
  await mkdir(join(repository, 'one'), { recursive: true })
  await writeFile(join(repository, 'suite.toml'), 'name = "small"\nversion = "1"\nlicence = "MIT"\n')
  await writeFile(
    join(repository, 'one', 'task.toml'),
    'schema = 1\ntitle = "One"\ndomain = "hardware"\n[answer]\nkind = "text"\n[origin]\nsource = "here"\nlicence = "MIT"\n',
  )
  const git = (...rest: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-C', repository, ...rest])
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'all')
  address = `file://${repository}#main`
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

it('takes two suites of one repository at the same time', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'))
  const [one, two] = await Promise.all([checkoutOf(address), checkoutOf(address)])
  expect(one).toBe(two)
})

it('gives a suite the same version in every checkout of a commit', async () => {
  const versions: string[] = []
  for (const cache of ['first', 'second']) {
    vi.stubEnv('XDG_CACHE_HOME', join(root, cache))
    versions.push((await openSuite(address, { errata: false })).version)
  }
  expect(versions[0]).toBe(versions[1])
})
