import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compilerPlace, findLean, leanIsNamed, placeOf } from './find.ts'

describe('where Lean is looked for', () => {
  let root: string
  const put = (path: string, text = '', executable = false) => {
    const whole = join(root, path)
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, text)
    if (executable) chmodSync(whole, 0o755)
  }
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'touchstone-lean-')))
    put('elan/toolchains/leanprover--lean4---v4.9.0/bin/lean')
    put('project/lakefile.toml')
    put('project/lean-toolchain', 'leanprover/lean4:v4.9.0\n')
    put('project/.lake/build/lib/Mine.olean')
    put('project/.lake/packages/batteries/.lake/build/lib/lean/Batteries.olean')
    put('project/.lake/packages/repl/.lake/build/bin/repl', '', true)
    put('near/.lake/build/lib/Near.olean')
    put(
      'project/lake-manifest.json',
      JSON.stringify({
        packagesDir: '.lake/packages',
        packages: [{ type: 'path', name: 'near', dir: '../near' }],
      }),
    )
    put('bin/lean', `#!/bin/sh\necho ${root}/elan/toolchains/leanprover--lean4---v4.9.0\n`, true)
  })
  afterAll(() => rmSync(root, { recursive: true }))

  const toolchain = () => join(root, 'elan/toolchains/leanprover--lean4---v4.9.0')

  it('is a project, with its packages and the REPL among them, and none of its own modules', async () => {
    const here = await findLean({
      TOUCHSTONE_LEAN_PROJECT: join(root, 'project'),
      ELAN_HOME: join(root, 'elan'),
      PATH: '',
    })
    expect(here).toEqual({
      repl: join(root, 'project/.lake/packages/repl/.lake/build/bin/repl'),
      toolchain: toolchain(),
      project: 'project',
      modules: [
        join(root, 'project/.lake/packages/batteries/.lake/build/lib/lean'),
        join(root, 'near/.lake/build/lib'),
      ],
    })
    const place = placeOf(here)
    expect(place.repl).toEqual(['/opt/lean/repl/repl'])
    expect(place.env.LEAN_PATH).toBe('.:/opt/lean/modules/0:/opt/lean/modules/1')
    expect(place.mounts).toContainEqual({ host: toolchain(), inside: '/opt/lean/toolchain' })
    expect(compilerPlace(here).mounts).toHaveLength(3)
  })

  it('is a lean on the PATH, asked for its own directory', async () => {
    const here = await findLean({ PATH: `${root}/bin:/usr/bin:/bin` })
    expect(here).toEqual({ repl: undefined, toolchain: toolchain(), project: undefined, modules: [] })
    expect(() => placeOf(here)).toThrow('TOUCHSTONE_LEAN_REPL')
  })

  it('is nowhere, which says what to install and set', async () => {
    await expect(findLean({ PATH: '' })).rejects.toMatchObject({
      code: 'no-lean',
      message: expect.stringMatching(
        /lean-lang\.org\/install.*TOUCHSTONE_LEAN_REPL.*TOUCHSTONE_LEAN_PROJECT/,
      ),
    })
    expect(leanIsNamed({ PATH: '' })).toBe(false)
    expect(leanIsNamed({ PATH: `${root}/bin` })).toBe(true)
    expect(leanIsNamed({ PATH: '', TOUCHSTONE_LEAN_PROJECT: 'x' })).toBe(true)
    await expect(findLean({ TOUCHSTONE_LEAN_REPL: join(root, 'none') })).rejects.toThrow('no such program')
    await expect(findLean({ TOUCHSTONE_LEAN_PROJECT: join(root, 'bin') })).rejects.toThrow('no lakefile')
  })
})
