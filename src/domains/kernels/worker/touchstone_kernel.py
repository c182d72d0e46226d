"""Compiles C++ and CUDA for kernels, and hands tensors to them.

    import touchstone_kernel as tk

    lib = tk.cpp("kernel.cpp")                      # or the source itself
    lib.scale.argtypes = [tk.Pointer, tk.Pointer, tk.Size]

    def forward(self, x):
        x = x.contiguous()
        out = torch.empty_like(x)
        lib.scale(tk.pointer(x), tk.pointer(out), x.numel())
        return out

A library is compiled once for each source, flags and compiler. `BUILD_DIRECTORY` is where they are kept.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess

Pointer = ctypes.c_void_p
Size = ctypes.c_int64

BUILD_DIRECTORY = os.environ.get("TOUCHSTONE_BUILD", os.path.abspath(".build"))

CPP_FLAGS = ("-std=c++17", "-O3", "-march=native", "-fopenmp")
CUDA_FLAGS = ("-std=c++17", "-O3")


class CompileError(RuntimeError):
    """The compiler refused the source; the message is what it said."""


def cpp(source, flags=()):
    """The C++ at a path (one that ends with .cpp, .cc or .c) or in a string, compiled and loaded by ctypes.

    Functions have to be `extern "C"`. `flags` come after `CPP_FLAGS`. Raises CompileError.
    """
    text = _source(source, (".cpp", ".cc", ".c"))
    return ctypes.CDLL(_built(text, ".cpp", ["g++", *CPP_FLAGS, *flags, "-shared", "-fPIC"]))


def cuda(source, flags=()):
    """Like `cpp` for CUDA C++ (.cu), by nvcc for the GPU that is there. Raises CompileError."""
    return ctypes.CDLL(cuda_object(source, flags)[0])


def cuda_object(source, flags=(), architecture=None):
    """Compiles CUDA C++ without loading it: the path of the shared object, and what ptxas says of registers and spills.

    Without `architecture` (`sm_90`) it is that of the GPU that is there. Raises CompileError.
    """
    text = _source(source, (".cu",))
    arch = architecture or _architecture()
    command = [_nvcc(), *CUDA_FLAGS, *([f"-arch={arch}"] if arch else []), "-Xptxas", "-v", *flags]
    path = _built(text, ".cu", [*command, "-shared", "-Xcompiler", "-fPIC"])
    with open(path + ".log") as log:
        return path, log.read()


def pointer(tensor):
    """A tensor's address for ctypes. Raises ValueError where it is not contiguous: call `.contiguous()` first."""
    if not tensor.is_contiguous():
        raise ValueError(
            f"a tensor of shape {tuple(tensor.shape)} with strides {tensor.stride()} is not contiguous; "
            "call .contiguous() first"
        )
    return tensor.data_ptr()


def _source(source, endings):
    if "\n" in source or not source.endswith(endings):
        return source
    with open(source) as file:
        return file.read()


def _built(text, ending, command):
    """The path of the shared object; two processes that build the same do not meet, since each has a name of its own."""
    version = subprocess.run([command[0], "--version"], capture_output=True, text=True).stdout
    key = hashlib.sha256("\0".join([text, ending, *command, version]).encode()).hexdigest()[:24]
    os.makedirs(BUILD_DIRECTORY, exist_ok=True)
    path = os.path.join(BUILD_DIRECTORY, f"tk-{key}.so")
    if os.path.exists(path):
        return path
    base = os.path.join(BUILD_DIRECTORY, f"tk-{key}-{os.getpid()}")
    with open(base + ending, "w") as file:
        file.write(text)
    try:
        done = subprocess.run([*command, base + ending, "-o", base + ".so"], capture_output=True, text=True)
        said = (done.stdout + done.stderr).replace(base + ending, "kernel" + ending)
        if done.returncode != 0:
            raise CompileError(said.strip() or f"{command[0]} ended with {done.returncode}")
        with open(path + ".log", "w") as log:
            log.write(said)
        os.replace(base + ".so", path)
    finally:
        for leftover in (base + ending, base + ".so"):
            if os.path.exists(leftover):
                os.remove(leftover)
    return path


def _nvcc():
    found = shutil.which("nvcc") or next(
        (path for path in ("/usr/local/cuda/bin/nvcc",) if os.path.exists(path)), None
    )
    if found is None:
        raise CompileError("there is no nvcc on this machine: CUDA cannot be compiled here")
    return found


def _architecture():
    import torch

    if not torch.cuda.is_available():
        return None
    major, minor = torch.cuda.get_device_capability()
    return f"sm_{major}{minor}"
