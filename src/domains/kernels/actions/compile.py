"""What compilers say of kernel.cpp and kernel.cu, whether model_new.py can be imported, and, without a GPU, what Triton
makes of its kernels: one line of JSON at the end.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback

sys.path[0:0] = ["."]
import touchstone_kernel as tk  # noqa: E402

# Loops that become vector instructions are worth knowing of.
TOLD = ["-Wall", "-fopt-info-vec-optimized"]


def cpp(path):
    command = ["g++", *tk.CPP_FLAGS, *TOLD, "-shared", "-fPIC", path, "-o", os.devnull]
    done = subprocess.run(command, capture_output=True, text=True)
    return {"ok": done.returncode == 0, "log": done.stdout + done.stderr}


def cuda(path):
    try:
        return {"ok": True, "log": tk.cuda_object(path)[1]}
    except tk.CompileError as error:
        return {"ok": False, "log": str(error)}


def module_of(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def failed(error):
    last = traceback.format_exception(type(error), error, error.__traceback__)[-3:]
    return {"ok": False, "log": "".join(last), "seconds": 0}


def imported(path):
    began = time.perf_counter()
    try:
        if not hasattr(module_of("model_new", path), "ModelNew"):
            return {"ok": False, "log": f"{path} does not define the class ModelNew", "seconds": 0}
    except BaseException as error:
        return failed(error)
    return {"ok": True, "log": "", "seconds": time.perf_counter() - began}


# What Triton compiles for where there is no GPU: Hopper.
CAPABILITY = 90


def triton_kernels():
    """Compiles the kernels that forward launches, for the types of the problem's own inputs; runs none of them.

    Only a launch tells the types. So forward is called on the processor, with launches that end after compiling: what its
    outputs hold is nothing.
    """
    import torch
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.runtime.autotuner import Autotuner
    from triton.runtime.jit import JITFunction

    class Nowhere:
        """Stands for a GPU's driver, and has no GPU."""

        def get_current_target(self):
            return GPUTarget("cuda", CAPABILITY, 32)

        def get_current_device(self):
            return 0

        def get_current_stream(self, device=None):
            return 0

    launched, made = JITFunction.run, {}

    def compiled(self, *arguments, grid, warmup, **keywords):
        kernel = launched(self, *arguments, grid=grid, warmup=True, **keywords)
        made[kernel.hash] = kernel
        return kernel

    def first_choice(self, *arguments, **keywords):
        return self.fn.run(*arguments, **{**keywords, **self.configs[0].all_kwargs()})

    triton.runtime.driver.set_active(Nowhere())
    JITFunction.run = compiled
    Autotuner.run = first_choice
    problem = module_of("problem", "problem.py")
    with torch.no_grad():
        model = sys.modules["model_new"].ModelNew(*problem.get_init_inputs()).eval()
        model(*problem.get_inputs())
    return {"ok": True, "log": "\n".join(assembled(kernel) for kernel in made.values())}


def assembled(kernel):
    """What ptxas says of a kernel's registers and spills, with the shared memory that a launch asks for."""
    import triton.backends.nvidia as nvidia

    ptxas = os.path.join(os.path.dirname(nvidia.__file__), "bin", "ptxas")
    with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
        file.write(kernel.asm["ptx"])
        file.flush()
        command = [ptxas, "-v", f"--gpu-name=sm_{CAPABILITY}a", file.name, "-o", os.devnull]
        done = subprocess.run(command, capture_output=True, text=True)
    said = (done.stdout + done.stderr).strip()
    if done.returncode != 0:
        raise RuntimeError(f"ptxas refuses {kernel.metadata.name}: {said}")
    return f"{said}, {kernel.metadata.shared} bytes smem"


said = {}
for name, path, work in (("cpp", "kernel.cpp", cpp), ("cuda", "kernel.cu", cuda), ("python", "model_new.py", imported)):
    if os.path.exists(path):
        said[name] = work(path)
if said.get("python", {}).get("ok") and "triton" in sys.modules and not sys.modules["torch"].cuda.is_available():
    try:
        said["triton"] = triton_kernels()
    except BaseException as error:
        said["triton"] = failed(error)
print("\n" + json.dumps(said), flush=True)
os._exit(0)
