"""What compilers say of kernel.cpp and kernel.cu, and whether model_new.py can be imported: one line of JSON at the end."""

import importlib.util
import json
import os
import subprocess
import sys
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


def imported(path):
    began = time.perf_counter()
    try:
        spec = importlib.util.spec_from_file_location("model_new", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["model_new"] = module
        spec.loader.exec_module(module)
        if not hasattr(module, "ModelNew"):
            return {"ok": False, "log": f"{path} does not define the class ModelNew", "seconds": 0}
    except BaseException as error:
        last = traceback.format_exception(type(error), error, error.__traceback__)[-3:]
        return {"ok": False, "log": "".join(last), "seconds": 0}
    return {"ok": True, "log": "", "seconds": time.perf_counter() - began}


said = {}
for name, path, work in (("cpp", "kernel.cpp", cpp), ("cuda", "kernel.cu", cuda), ("python", "model_new.py", imported)):
    if os.path.exists(path):
        said[name] = work(path)
print("\n" + json.dumps(said), flush=True)
os._exit(0)
