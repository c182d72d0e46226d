import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import type { Sandbox } from '../../../core/sandbox.ts'

/** A fresh sandbox for the synthesis tools. Throws `UsageError` for a module name that no script may hold. */
export async function openBench(module: string, lab: Lab): Promise<Sandbox> {
  if (!/^[A-Za-z_]\w*$/.test(module))
    throw new UsageError('bad-module', `"${module}" is not the name of a module that can be synthesised`)
  return await lab.open({
    name: 'hardware-ppa',
    limits: {
      memoryBytes: 1024 ** 3,
      processes: 64,
      cpuSeconds: 900,
      diskBytes: 512 * 1024 ** 2,
      fileBytes: 128 * 1024 ** 2,
    },
  })
}
