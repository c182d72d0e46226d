import type { Tool } from '../../core/domain.ts'

const python = process.env.TOUCHSTONE_PYTHON ?? '/usr/bin/python3'

/** Reads the version where it is written: importing torch takes seconds. */
const torchVersion = `
import importlib.util, os, runpy
place = os.path.dirname(importlib.util.find_spec("torch").origin)
print("torch", runpy.run_path(os.path.join(place, "version.py"))["__version__"])
`

/** Debian's torch takes the system's BLAS, which is an alternative; wheels bring one of their own. */
const blasVersion = `
import glob, importlib.util, os
place = importlib.util.find_spec("torch").origin
own = not place.startswith("/usr/lib/python3/")
system = [os.path.realpath(path) for path in glob.glob("/usr/lib/*/libblas.so.3")]
versions = glob.glob("/usr/lib/*/openblas-*/libopenblas*-r*.so")
if own: print("blas", "own")
elif any("openblas" in path for path in system) and versions: print("blas", versions[0].rpartition("-r")[2][:-3])
`

/** PyTorch, in the Python that `torchPython` finds by itself; another one is chosen by `TOUCHSTONE_PYTHON`. */
export const torchTool: Tool = {
  name: 'torch',
  apt: 'python3-torch',
  versionArgv: [python, '-c', torchVersion],
  versionPattern: /torch (\d+(?:\.\d+)*)/,
  minimum: '1.13',
}
/** Without it Debian's torch multiplies matrices with a reference library, and every speedup over that is worth nothing. */
export const openblasTool: Tool = {
  name: 'openblas',
  apt: 'libopenblas0-openmp',
  versionArgv: [python, '-c', blasVersion],
  versionPattern: /blas (\S+)/,
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
