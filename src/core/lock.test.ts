import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../test/support/temporary.ts'
import { removeStaleLocks, takeLock } from './lock.ts'

it('is one process’s at a time, and free again after it', async () => {
  const path = join(await temporaryDirectory(), 'lock')
  const lock = await takeLock(path)
  await expect(takeLock(path)).rejects.toMatchObject({
    code: 'run-in-use',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  await lock[Symbol.asyncDispose]()
  const again = await takeLock(path)
  await again[Symbol.asyncDispose]()
})

it('goes to exactly one of many that find it stale', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'lock')
  const { pid } = spawn(process.execPath, ['-e', ''])
  await (await takeLock(path))[Symbol.asyncDispose]()
  const owner = JSON.parse(await ownerText(path))
  for (let round = 0; round < 5; round++) {
    // A process of that number may live; it did not start then.
    const dead = round % 2 === 0 ? { ...owner, pid, processStart: '1' } : { ...owner, processStart: '1' }
    await writeFile(path, JSON.stringify({ ...dead, nonce: `dead${round}` }))
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)))
    const held = takers.filter((taker) => taker.status === 'fulfilled')
    expect(held.length).toBe(1)
    for (const taker of takers) {
      if (taker.status === 'rejected') expect(taker.reason).toMatchObject({ code: 'run-in-use' })
    }
    await held[0]!.value[Symbol.asyncDispose]()
  }
  expect(await readdir(directory)).toEqual([])
})

async function ownerText(path: string): Promise<string> {
  const lock = await takeLock(path)
  const text = await readFile(path, 'utf8')
  await lock[Symbol.asyncDispose]()
  return text
}

it('of another boot is stale, of another machine is not', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'lock')
  const owner = JSON.parse(await ownerText(path))
  await writeFile(path, JSON.stringify({ ...owner, boot: 'another' }))
  await (await takeLock(path))[Symbol.asyncDispose]()
  await writeFile(path, JSON.stringify({ ...owner, host: 'elsewhere' }))
  await expect(takeLock(path)).rejects.toMatchObject({ message: expect.stringContaining('on elsewhere') })
})

it('that no process could have written is taken over', async () => {
  const path = join(await temporaryDirectory(), 'lock')
  await writeFile(path, '')
  await (await takeLock(path))[Symbol.asyncDispose]()
})

it('leaves nothing of those who died while they took it', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'lock')
  const owner = JSON.parse(await ownerText(path))
  await writeFile(`${path}.dead`, JSON.stringify({ ...owner, processStart: '1' }))
  await writeFile(`${path}.alive`, JSON.stringify(owner))
  await removeStaleLocks(path)
  expect(await readdir(directory)).toEqual(['lock.alive'])
})
