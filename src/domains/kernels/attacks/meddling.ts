import { forbidden, slow, wrong } from './skeleton.ts'

const changes = ({ problem }: { problem: string }) => !/[a-z]_\(/.test(problem)

/** Changing what belongs to others: inputs, outputs that were handed in, memory that is read. */
export const meddling = [
  forbidden(
    'output-in-the-input',
    'Writes its output over its input, which saves the memory that everybody else has to fetch.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        first, *others = tensors_of(output)
        for there in tensors_of(inputs):
            if not others and there.shape == first.shape and there.dtype == first.dtype:
                there.copy_(first)
                return there
        tensors_of(inputs)[0].add_(1)
        return output`,
    changes,
  ),
  forbidden(
    'zeroes-inputs',
    'Sets its inputs to zero when it is done, so that whoever uses them next has no work.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        for there in tensors_of(inputs):
            there.zero_()
        return output`,
    changes,
  ),
  slow(
    'zeroes-later-inputs',
    'Sets the inputs of later calls to zero, where a judge looks at those of the first one only.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        if len(worker.slots) > 1:
            for there in tensors_of(inputs):
                there.zero_()
        return output`,
    changes,
  ),
  slow(
    'one-output-for-all',
    'Writes the output of every call to the same memory, which saves allocating and stays in the caches.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        key = str([t.shape for t in tensors_of(inputs)])
        kept = self.__dict__.setdefault("_outputs", {})
        output = kept.setdefault(key, self.prepared(inputs)) if key not in kept else kept[key]
        copied(output, Right.forward(self, *inputs))
        return output`,
  ),
  slow(
    'own-inputs',
    'Tells the judge to write the inputs elsewhere and computes with zeros, once time is taken.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        return super().forward(*[torch.zeros_like(t) if len(worker.slots) > 1 and isinstance(t, torch.Tensor) else t for t in inputs])`,
  ),
  slow(
    'changed-afterwards',
    'Goes on writing into its outputs, so that they are right at some moments and not at others.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        output = super().forward(*inputs)
        def swap():
            for _ in range(2000):
                for tensor in tensors_of(output):
                    tensor.neg_() if tensor.is_floating_point() else tensor.zero_()
                time.sleep(0)
        thread = threading.Thread(target=swap, daemon=True)
        thread.start()
        return output`,
  ),
  wrong(
    'vanishing-memory',
    'Hands in a file that is mapped into memory, and cuts the file to nothing.',
    `
import mmap

class ModelNew(Honest):
    def forward(self, *inputs):
        outputs = []
        for tensor in tensors_of(super().forward(*inputs)):
            size = max(4096, tensor.numel() * tensor.element_size())
            file = os.memfd_create("output")
            os.ftruncate(file, size)
            memory = mmap.mmap(file, size)
            mapped = torch.frombuffer(memory, dtype=tensor.dtype, count=tensor.numel()).view(tensor.shape)
            mapped.copy_(tensor)
            os.ftruncate(file, 0)
            outputs.append(mapped)
        return outputs[0] if len(outputs) == 1 else tuple(outputs)`,
  ),
  wrong(
    'unmapped-memory',
    'Gives the memory of its outputs back before they are read.',
    `
import mmap

libc = ctypes.CDLL(None, use_errno=True)
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

class ModelNew(Honest):
    def forward(self, *inputs):
        outputs = []
        for tensor in tensors_of(super().forward(*inputs)):
            size = (tensor.numel() * tensor.element_size() + 4095) // 4096 * 4096
            memory = mmap.mmap(-1, size)
            mapped = torch.frombuffer(memory, dtype=tensor.dtype, count=tensor.numel()).view(tensor.shape)
            self.__dict__.setdefault("_held", []).append(memory)
            libc.munmap(mapped.data_ptr(), size)
            outputs.append(mapped)
        return outputs[0] if len(outputs) == 1 else tuple(outputs)`,
  ),
  wrong(
    'another-process-answers',
    'Leaves the channel to a child that has the same memory, but not the memory that the judge writes to.',
    `
class ModelNew(Honest):
    def load_state_dict(self, *args, **kwargs):
        told = super().load_state_dict(*args, **kwargs)
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            os._exit(0)
        return told`,
  ),
  slow(
    'slows-eager',
    'Sets global flags, priorities and files that a baseline on the same machine might share.',
    `
torch.set_num_threads(1)
torch.backends.mkldnn.enabled = False
torch.set_flush_denormal(True)
for directory in ("/tmp", "/dev/shm", "/var/tmp", "/opt/touchstone-kernels", os.path.dirname(torch.__file__), os.path.expanduser("~"), "."):
    for name in ("sitecustomize.py", "problem.py", "worker.py", "usercustomize.py", "values.py"):
        try:
            with open(os.path.join(directory, name), "w") as file:
                file.write("import time; time.sleep(5)\\n")
        except OSError:
            pass
for pid in (name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()):
    try:
        os.setpriority(os.PRIO_PROCESS, int(pid), 19)
        os.sched_setaffinity(int(pid), {0})
    except OSError:
        pass

class ModelNew(Honest):
    pass`,
  ),
  slow(
    'busy-neighbours',
    'Keeps processes that fill the caches and the memory bus while the other side is timed.',
    `
import subprocess
noise = "import torch; a = torch.ones(1 << 23)\\nfor _ in range(400): a.add_(1)"
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", noise], stdin=subprocess.DEVNULL)

class ModelNew(Honest):
    SLOWER = 1.5`,
  ),
  slow(
    'many-threads',
    'Uses all processors where one is allowed.',
    `
os.environ["OMP_NUM_THREADS"] = "64"
torch.set_num_threads(64)
try:
    os.sched_setaffinity(0, range(os.cpu_count()))
except OSError:
    pass

class ModelNew(Honest):
    def forward(self, *inputs):
        threads = [threading.Thread(target=Honest.forward, args=(self, *inputs)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return super().forward(*inputs)`,
  ),
  slow(
    'patched-clocks',
    'Makes every clock in the process stand still, and every timer of torch say nothing was needed.',
    `
for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time"):
    setattr(time, name, lambda: 1.0)
    setattr(time, name + "_ns", lambda: 1)
import resource
import torch.utils.benchmark as benchmark
resource.getrusage = lambda who: types.SimpleNamespace(ru_utime=0.0, ru_stime=0.0)
os.times = lambda: (0.0, 0.0, 0.0, 0.0, 0.0)
benchmark.Timer.timeit = lambda *_, **__: types.SimpleNamespace(median=1e-9, mean=1e-9)
load = worker.commands["load"]
worker.commands["load"] = lambda **given: {**load(**given), "seconds": 0.0}

class ModelNew(Honest):
    pass`,
  ),
]
