import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InfrastructureError } from '../../core/errors.ts'
import type { TorchPython } from './python.ts'

/** GPUs, the driver's control device, and the two of unified memory, without which CUDA gives up. */
const device = /^nvidia(\d+|ctl|-uvm|-uvm-tools)$/
/** For parts of a GPU (MIG), one file each: whoever may read one may use that part. */
const capabilities = 'nvidia-caps'

/** The character devices that CUDA opens, as NVIDIA's own containers are given them, by path. */
export function gpuDevices(directory = '/dev'): string[] {
  const parts = listed(join(directory, capabilities)).map((name) => join(capabilities, name))
  const readable = parts.filter((name) => (statSync(join(directory, name)).mode & 0o004) !== 0)
  return [...listed(directory).filter((name) => device.test(name)), ...readable].map((name) =>
    join(directory, name),
  )
}

/** What a sandbox needs for CUDA: devices, and where the driver's library is. Throws `InfrastructureError` (`no-gpu`). */
export function gpuView({ gpus, driver }: TorchPython) {
  if (gpus.length === 0) throw noGpu()
  // The first of those that may be used: a sandbox has the devices of all, and what it sees of them is no boundary.
  const [first] = (process.env.CUDA_VISIBLE_DEVICES ?? '0').split(',')
  return {
    devices: gpuDevices(),
    env: {
      CUDA_VISIBLE_DEVICES: first || '0',
      // The dynamic linker's and ldconfig's caches are the host's, and not shown.
      ...(driver !== undefined && { LD_LIBRARY_PATH: driver, TRITON_LIBCUDA_PATH: driver }),
    },
  }
}

export function noGpu(): InfrastructureError {
  return new InfrastructureError(
    'no-gpu',
    "this task is for a GPU, and PyTorch finds none on this machine; judge it on a machine with one. Without one, the environment's compile action compiles kernel.cu by nvcc",
    { retryable: false },
  )
}

function listed(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}
