"""What of others' libraries an answer uses, as far as that can be seen from beside it. It may hide from this."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile

import device
import torch
import torch.profiler
from torch.utils._python_dispatch import TorchDispatchMode

# Operators that compute nothing: they allocate, fill, copy, or look at the same memory in another way.
PLAIN = set(
    """empty empty_like empty_strided new_empty new_empty_strided zeros zeros_like new_zeros zero_ ones ones_like new_ones
    full full_like new_full fill_ scalar_tensor lift lift_fresh lift_fresh_copy
    view _unsafe_view reshape _reshape_alias as_strided transpose transpose_ t t_ permute expand squeeze squeeze_
    unsqueeze unsqueeze_ slice select split split_with_sizes chunk unbind unfold diagonal narrow detach detach_ alias
    movedim swapaxes flatten unflatten view_as view_as_real view_as_complex expand_as
    clone copy_ _to_copy contiguous resize_ resize_as_ set_ is_same_size _local_scalar_dense item size stride
    to type_as result_type resolve_conj resolve_neg is_floating_point is_complex is_nonzero
    sym_size sym_stride sym_numel sym_storage_offset is_contiguous is_pinned _pin_memory record_stream""".split()
)
# In what a shared object wants from others. `c10::` alone is in whatever takes a tensor.
FOREIGN = re.compile(
    r"cblas_|\b[sdcz](gemm|gemv|ger|symm|trmm|trsm|dot|axpy|scal|nrm2|asum)_(64_)?$|LAPACKE_|mkl_|dnnl_|_ZN4dnnl|cudnn|cublas|cufft"
    r"|^_ZN2at(6native|3cpu|4cuda|9redispatch)"
)
# How a shared object finds what it does not ask for by name. With CUDA every one does: the runtime that nvcc puts into it
# and Triton's launcher look for the driver like that.
FINDING = re.compile(r"\bdlsym\b|\bdlopen\b")
DRIVER = "libcuda.so"
# Instead, with CUDA, the libraries that were not there before: these do others' work.
CUDA_LIBRARIES = re.compile(r"lib(cublas|cudnn|cufft|cusparse|cusolver|cutensor|nccl|nvinfer)")
# Of numpy, what only makes or describes arrays.
NUMPY = {"ndarray", "dtype", "ctypeslib", "frombuffer", "asarray", "ascontiguousarray", "empty", "empty_like", "zeros",
         "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool_"}

opened = []
before = set()


def watch():
    """Begins to look at which libraries are opened; before the answer is imported."""
    before.update(mapped())

    def hook(event, arguments):
        if event == "ctypes.dlopen" and arguments and arguments[0]:
            opened.append(str(arguments[0]))

    sys.addaudithook(hook)
    return {}


def mapped():
    """The shared objects in this process's memory."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(None, 5)[5].strip() for line in maps if len(line.split(None, 5)) == 6}
    return {path for path in paths if ".so" in os.path.basename(path) and path.startswith("/")}


class Listing(TorchDispatchMode):
    """Notes every operator that PyTorch's dispatcher is asked for in this thread, from Python or C++."""

    def __init__(self):
        super().__init__()
        self.names = {}

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        name = function.name() if hasattr(function, "name") and callable(function.name) else str(function)
        name = name.split("::")[-1].split(".")[0]
        self.names[name] = self.names.get(name, 0) + 1
        return function(*arguments, **(keywords or {}))


class Everywhere:
    """Notes the operators of all threads, whatever modes are on: PyTorch's own record of what it runs."""

    def __enter__(self):
        profiler = torch.profiler
        observer = getattr(profiler, "ExecutionTraceObserver", None) or profiler.ExecutionGraphObserver
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "operators.json")
        self.observer = observer()
        self.observer.register_callback(self.path)
        self.observer.start()
        self.names = set()
        return self

    def __exit__(self, *_):
        self.observer.stop()
        self.observer.unregister_callback()
        with open(self.path) as file:
            nodes = json.load(file)["nodes"]
        self.names = {node["name"].split("::")[-1] for node in nodes if "::" in node["name"]}
        self.directory.cleanup()


def trace(model, inputs, paths):
    """Runs the model once and tells which operators compute for it, and which libraries it has opened."""
    with torch.no_grad(), Everywhere() as everywhere, Listing() as listing:
        model(*inputs)
    objects = sorted(mapped() - before)
    own = [path for path in objects if path.startswith(os.getcwd() + os.sep)]
    foreign = {os.path.basename(path): wanted(path) for path in own}
    outside = sorted({path for path in opened if os.path.realpath(path) not in {os.path.realpath(each) for each in own}})
    if device.kind == "cuda":
        outside = [path for path in outside if not os.path.basename(path).startswith(DRIVER)]
        outside += [path for path in objects if CUDA_LIBRARIES.match(os.path.basename(path))]
    return {
        "operators": sorted(name for name in {*listing.names, *everywhere.names} if name not in PLAIN),
        "symbols": [f"{name}: {', '.join(symbols[:10])}" for name, symbols in foreign.items() if symbols],
        "opened": [path for path in outside if ".so" in path or not os.path.exists(path)],
        "numpy": sorted({name for path in paths for name in numpy_names(path)}),
    }


def wanted(path):
    """Names of libraries' functions that a shared object asks for."""
    told = subprocess.run(["nm", "-D", "--undefined-only", path], capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in told.splitlines() if line.split()]
    finding = device.kind != "cuda"
    return [name for name in names if FOREIGN.search(name) or computes(name) or (finding and FINDING.search(name))]


def computes(symbol):
    """Whether a C++ symbol is one of ATen's operators that compute, such as `_ZN2at4_ops10mul_Tensor4callE…`."""
    found = re.match(r"_ZN2at4_ops(\d+)(\w+)", symbol)
    if not found:
        return False
    name = found[2][: int(found[1])]
    return not any(name == plain or name.startswith(plain.rstrip("_") + "_") for plain in PLAIN)


def numpy_names(path):
    """What a source computes with numpy or scipy, by the names that it imports them by."""
    with open(path) as file:
        tree = ast.parse(file.read())
    aliases, names = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name.split(".")[0] in ("numpy", "scipy"):
                    aliases.add((each.asname or each.name).split(".")[0])
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("numpy", "scipy"):
            names |= {each.name for each in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            names.add(node.attr)
    return names - NUMPY
