import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Suite, Task } from '../../../core/task.ts'
import type { ProofsKey } from '../key.ts'

/** A directory with the given files. Whoever asks for it removes it. */
export async function directoryOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'touchstone-proofs-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  return root
}

/** One of a suite's tasks. */
export async function taskOf(suite: Suite, id: string): Promise<Task<ProofsKey>> {
  const entry = suite.tasks.find((each) => each.id === id)
  if (!entry) throw new Error(`no task ${id} among ${suite.tasks.map((each) => each.id).join(', ')}`)
  return (await entry.load()) as Task<ProofsKey>
}
