import type { Tool } from '../../core/domain.ts'

/** PyTorch, in the Python that `torchPython` finds by itself; another one is chosen by `TOUCHSTONE_PYTHON`. */
export const torchTool: Tool = {
  name: 'torch',
  apt: 'python3-torch',
  versionArgv: [
    process.env['TOUCHSTONE_PYTHON'] ?? '/usr/bin/python3',
    '-c',
    'import torch; print("torch", torch.__version__)',
  ],
  versionPattern: /torch (\d+(?:\.\d+)*)/,
  minimum: '1.13',
}
/** Without it Debian's torch multiplies matrices with a reference library, and every speedup over that is worth nothing. */
export const openblasTool: Tool = {
  name: 'openblas',
  apt: 'libopenblas0-openmp',
  versionArgv: [
    '/bin/sh',
    '-c',
    'readlink -f /usr/lib/x86_64-linux-gnu/libblas.so.3 && dpkg-query -W libopenblas0-openmp',
  ],
  versionPattern: /libopenblas0-openmp\t(\d+(?:\.\d+)*)/,
}
export const compilerTool: Tool = {
  name: 'g++',
  apt: 'g++',
  versionArgv: ['g++', '--version'],
  versionPattern: /(\d+\.\d+\.\d+)/,
}
/** NVIDIA's compiler is no Debian main package; without a GPU it compiles CUDA sources and nothing runs them. */
export const nvccTool: Tool = {
  name: 'nvcc',
  apt: 'nvidia-cuda-toolkit',
  versionArgv: ['nvcc', '--version'],
  versionPattern: /release (\d+\.\d+)/,
  onlyFor: 'kernels in CUDA',
}

export const kernelsTools: readonly Tool[] = [torchTool, openblasTool, compilerTool, nvccTool]
