import type { KernelsKey } from '../key.ts'
import { forbidden, wrong } from './skeleton.ts'

const isForbidden = ({ library }: KernelsKey) => library === 'forbidden'
const multiplies = (key: KernelsKey) =>
  isForbidden(key) && / @ |torch\.(matmul|bmm|mm)\(|nn\.Linear/.test(key.problem)

/**
 * What must be rejected is what the trace can see. Other processes, and answers that know the trace, are refused because the library is as fast as eager PyTorch and not faster. Letting the library do the work where the answer's own code has to: under its name, another one, or none. */
export const library = [
  forbidden(
    'the-reference',
    "Hands in the problem's own model under another name.",
    `
class ModelNew(Reference):
    pass`,
    isForbidden,
  ),
  forbidden(
    'fall-back',
    'Tries a kernel of its own that always fails, and uses the reference instead.',
    `
class ModelNew(Reference):
    def forward(self, *inputs):
        try:
            return ctypes.CDLL("./no-such-kernel.so").run(*inputs)
        except OSError:
            return super().forward(*inputs)`,
    isForbidden,
  ),
  forbidden(
    'imported-problem',
    'Writes the problem to a file of another name and imports that.',
    `
import importlib
with open("innocent.py", "w") as file:
    file.write(PROBLEM)
sys.path.insert(0, os.getcwd())
Model = importlib.import_module("innocent").Model

class ModelNew(Model):
    pass`,
    isForbidden,
  ),
  forbidden(
    'by-pieces',
    'Puts the names of operators together at run time, and calls them where the package keeps its own.',
    `
import re
source = re.sub(r"\\btorch\\.(\\w+)\\(", lambda m: f"getattr(torch, {m[1][:2]!r} + {m[1][2:]!r})(", PROBLEM)

class ModelNew(module_of("pieces", source).Model):
    pass`,
    isForbidden,
  ),
  wrong(
    'traced-by-jit',
    'Runs the reference as a TorchScript graph, in which no Python is called.',
    `
class ModelNew(Reference):
    def forward(self, *inputs):
        if "_graph" not in self.__dict__ or [t.shape for t in tensors_of(inputs)] != self._shapes:
            honest = Reference(*problem.get_init_inputs()).eval()
            honest.__dict__.update({k: v for k, v in self.__dict__.items() if not k.startswith("_g")})
            self.__dict__["_shapes"] = [t.shape for t in tensors_of(inputs)]
            self.__dict__["_graph"] = torch.jit.trace(honest, inputs, check_trace=False)
        return self._graph(*inputs)`,
    isForbidden,
  ),
  forbidden(
    'in-a-thread',
    'Runs the reference in a thread of its own, where a trace of the calling thread sees nothing.',
    `
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)

def quietly(model, inputs):
    with torch.no_grad():
        return Reference.forward(model, *inputs)

class ModelNew(Reference):
    def forward(self, *inputs):
        return pool.submit(quietly, self, inputs).result()`,
    isForbidden,
  ),
  wrong(
    'in-a-process',
    'Runs the reference in a child, which hands the outputs over in shared memory.',
    `
class ModelNew(Reference):
    def forward(self, *inputs):
        if "_form" not in self.__dict__ or [t.shape for t in tensors_of(inputs)] != self._shapes:
            self.__dict__["_shapes"] = [t.shape for t in tensors_of(inputs)]
            self.__dict__["_form"] = pickle_free(self, inputs)
        output = emptied(self._form)
        for tensor in tensors_of(output):
            tensor.share_memory_()
        child = os.fork()
        if child == 0:
            copied(output, Reference.forward(self, *inputs))
            os._exit(0)
        os.waitpid(child, 0)
        return output

def pickle_free(model, inputs):
    with torch.no_grad():
        return Reference.forward(model, *[t.clone() for t in tensors_of(inputs)])`,
    isForbidden,
  ),
  forbidden(
    'beside-the-trace',
    'Switches the modes of dispatch off while the reference runs.',
    `
import contextlib
from torch.utils import _python_dispatch as dispatch
off = getattr(dispatch, "_disable_current_modes", None) or getattr(dispatch, "_pop_mode_temporarily", None)

class ModelNew(Reference):
    def forward(self, *inputs):
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(off() if off else torch._C._DisableTorchDispatch())
            except Exception:
                pass
            return super().forward(*inputs)`,
    isForbidden,
  ),
  wrong(
    'at-another-time',
    'Computes during the call with the reference, and hides that by patching the modes that could list operators.',
    `
from torch.utils import _python_dispatch as dispatch
for name in ("TorchDispatchMode",):
    mode = getattr(dispatch, name, None)
    if mode is not None:
        mode.__enter__ = lambda self: self
        mode.__exit__ = lambda *_: None
        mode.__torch_dispatch__ = lambda self, function, types_, args=(), kwargs=None: function(*args, **(kwargs or {}))
import torch.overrides
torch.overrides.TorchFunctionMode.__enter__ = lambda self: self
torch.overrides.TorchFunctionMode.__exit__ = lambda *_: None

class ModelNew(Reference):
    pass`,
    isForbidden,
  ),
  forbidden(
    'numpy',
    'Multiplies with numpy, whose library is as good and whose operators nobody traces.',
    `
class ModelNew(Reference):
    pass

matmul = torch.Tensor.__matmul__
def numpys(a, b):
    import numpy
    return torch.from_numpy(numpy.matmul(a.detach().contiguous().numpy(), b.detach().contiguous().numpy()))
for holder, name in ((torch.Tensor, "__matmul__"), (torch.Tensor, "matmul"), (torch, "matmul"), (torch, "bmm"), (torch, "mm"), (torch.Tensor, "bmm"), (torch.Tensor, "mm")):
    setattr(holder, name, numpys)
torch.nn.functional.linear = lambda x, w, b=None: numpys(x, w.t()) + (0 if b is None else b)`,
    multiplies,
  ),
  forbidden(
    'blas-by-ctypes',
    'Calls a BLAS by its C name, from whatever shared object has one.',
    `
def blas():
    paths = [line.split()[-1] for line in open("/proc/self/maps") if ".so" in line]
    for name in ["libopenblas.so.0", "libblas.so.3", *sorted(set(paths))]:
        try:
            return ctypes.CDLL(name).cblas_sgemm
        except (OSError, AttributeError):
            pass

sgemm = blas()

def product(a, b):
    a, b = a.contiguous(), b.contiguous()
    out = torch.empty(*a.shape[:-1], b.shape[-1])
    m, k, n = a.numel() // a.shape[-1], a.shape[-1], b.shape[-1]
    p = ctypes.c_void_p
    f = ctypes.c_float
    sgemm(101, 111, 111, m, n, k, f(1), p(a.data_ptr()), k, p(b.data_ptr()), n, f(0), p(out.data_ptr()), n)
    return out

class ModelNew(Reference):
    pass

batched = lambda a, b: torch.stack([product(x, y) for x, y in zip(a, b)]) if b.dim() == 3 else product(a, b)
for holder, name in ((torch.Tensor, "__matmul__"), (torch.Tensor, "matmul"), (torch, "matmul"), (torch, "bmm"), (torch, "mm")):
    setattr(holder, name, batched)
torch.nn.functional.linear = lambda x, w, b=None: product(x, w.t()) + (0 if b is None else b)`,
    multiplies,
  ),
  wrong(
    'forges-the-trace',
    'Replaces the command of the worker that lists operators by one that lists none.',
    `
class ModelNew(Reference):
    pass

nothing = {"operators": [], "symbols": [], "opened": [], "numpy": []}
for name in ("trace", "watch"):
    worker.commands[name] = lambda **_: nothing`,
    isForbidden,
  ),
  wrong(
    'honest-when-watched',
    'Uses its own slow code where operators are traced, and the reference where time is taken.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        watched = not {"go", "quick"} & {frame.f_code.co_name for frame in frames()}
        return super().forward(*inputs) if watched or len(worker.slots) == 1 else Reference.forward(self, *inputs)

def frames():
    frame = sys._getframe(1)
    while frame:
        yield frame
        frame = frame.f_back`,
    (key) => isForbidden(key) && key.solution.size > 0,
  ),
]
