import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { InfrastructureError } from '../../core/errors.ts'

/** A Python that has torch. */
export interface TorchPython {
  /** Absolute path. */
  readonly path: string
  readonly python: string
  /** `1.13.0a0`, `2.14.1+cu130`. */
  readonly torch: string
  /** Directories that a sandbox has to be shown besides the system's, for a virtual environment or a Python of one's own. */
  readonly directories: readonly string[]
  /** Names of the GPUs that it sees. */
  readonly gpus: readonly string[]
  /** The directory of the driver's library, where there are any. */
  readonly driver?: string
}

const asked = `
import json, os, sys
import torch
roots = {sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(os.path.realpath(sys.executable)))}
roots |= {os.path.dirname(os.path.dirname(torch.__file__))}
gpus = [torch.cuda.get_device_name(each) for each in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
maps = open("/proc/self/maps").read().splitlines() if gpus else []
driver = [os.path.dirname(line.split(None, 5)[5]) for line in maps if "/libcuda.so" in line]
roots |= set(driver)
print(json.dumps({"python": sys.version.split()[0], "torch": torch.__version__, "roots": sorted(roots), "gpus": gpus, **({"driver": driver[0]} if driver else {})}))
`

const known = new Map<string, Promise<TorchPython | string>>()

/**
 * The Python that runs problems and candidates: `TOUCHSTONE_PYTHON`, else the first of the usual ones that has torch.
 * Throws `InfrastructureError` (`no-torch`) that says how to get one.
 */
export async function torchPython(): Promise<TorchPython> {
  const chosen = process.env.TOUCHSTONE_PYTHON
  const places = chosen ? [chosen] : ['/usr/bin/python3', '/usr/local/bin/python3']
  const whys: string[] = []
  for (const place of places) {
    const asking = known.get(place) ?? ask(place)
    known.set(place, asking)
    const told = await asking
    if (typeof told !== 'string') return told
    // It may have been too busy to say, or torch may be installed meanwhile.
    known.delete(place)
    whys.push(`${place}: ${told}`)
  }
  throw new InfrastructureError(
    'no-torch',
    `no Python with torch 1.13 or newer (${whys.join('; ')}); install Debian's: apt-get install -y python3-torch libopenblas0-openmp, or set TOUCHSTONE_PYTHON to one that has it`,
    { retryable: false },
  )
}

async function ask(path: string): Promise<TorchPython | string> {
  if (!existsSync(path)) return 'is not there'
  try {
    const { stdout } = await promisify(execFile)(path, ['-c', asked], { timeout: 120_000 })
    const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      python: string
      torch: string
      roots: string[]
      gpus: string[]
      driver?: string
    }
    const [major = 0, minor = 0] = told.torch.split('.').map((part) => Number.parseInt(part, 10))
    if (major < 1 || (major === 1 && minor < 13)) return `has torch ${told.torch}, which is too old`
    // What lies below the system's own directories is in every sandbox.
    const directories = told.roots.filter((root) => !/^\/(usr|lib|bin|etc)(\/|$)/.test(root) && root !== '/')
    const { python, torch, gpus, driver } = told
    return { path, python, torch, directories, gpus, ...(driver !== undefined && { driver }) }
  } catch (thrown) {
    const said = ((thrown as { stderr?: string }).stderr || String(thrown)).trim()
    return said.split('\n').at(-1) ?? 'cannot be asked'
  }
}
