import { keptByPointer } from './remembering.ts'
import { onGpu, slowOnGpu } from './skeleton.ts'

/** What only a device makes possible. No GPU was there when these were written: they are untested. */
export const gpu = [
  slowOnGpu(
    'another-stream',
    'Computes on a stream of its own, for which a judge that waits for the current one does not wait.',
    `
stream = torch.cuda.Stream()

class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        with torch.cuda.stream(stream):
            copied(output, Honest.forward(self, *inputs))
        return output`,
  ),
  slowOnGpu(
    'patched-waiting',
    'Makes whatever waits for the device return at once, and its events say that no time has passed.',
    `
def nothing(*_, **__):
    pass

torch.cuda.Event.elapsed_time = lambda self, other: 1e-6
torch.cuda.Event.record = torch.cuda.Event.synchronize = torch.cuda.Stream.synchronize = nothing
torch.cuda.synchronize = nothing
worker.device.wait = nothing
worker.device._synchronize = nothing

class ModelNew(Honest):
    pass`,
  ),
  slowOnGpu(
    'works-in-upload',
    'Computes while its inputs are copied to the device, before its call is timed.',
    `
copy = torch.Tensor.copy_
ready, models = {}, []

def eager(there, here, *rest, **more):
    done = copy(there, here, *rest, **more)
    for model in models:
        for inputs, own, _ in worker.slots:
            if own and own[-1] is there:
                with torch.no_grad():
                    ready[there.data_ptr()] = model.work(*inputs)
    return done

torch.Tensor.copy_ = eager

class ModelNew(Honest):
    def work(self, *inputs):
        return super().forward(*inputs)

    def forward(self, *inputs):
        if not models:
            models.append(self)
        known = ready.pop(tensors_of(inputs)[-1].data_ptr(), None)
        return self.work(*inputs) if known is None else known`,
  ),
  slowOnGpu(
    'works-in-download',
    'Returns memory at once, and computes what belongs there when it is copied to the host.',
    `
copy = torch.Tensor.copy_
owed = {}

def late(there, here, *rest, **more):
    work = owed.pop(here.data_ptr(), None)
    if work is not None:
        with torch.no_grad():
            work()
    return copy(there, here, *rest, **more)

torch.Tensor.copy_ = late

class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        def work():
            for there, here in zip(tensors_of(output), tensors_of(Honest.forward(self, *inputs))):
                copy(there, here)
        owed[tensors_of(output)[0].data_ptr()] = work
        return output`,
  ),
  slowOnGpu(
    'deferred-on-a-thread',
    'Launches its kernels from a thread that is still at it when forward returns.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        threading.Thread(target=lambda: copied(output, Honest.forward(self, *inputs)), daemon=True).start()
        return output`,
  ),
  slowOnGpu(
    'slows-everybody',
    'Keeps the device busy while others are timed, and leaves it alone during its own calls.',
    `
calm = threading.Event()

def busy():
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        block = torch.ones(4096, 4096, device="cuda")
        while True:
            calm.wait()
            block = (block @ block).clamp_(0, 1)
            stream.synchronize()

threading.Thread(target=busy, daemon=True).start()

class ModelNew(Honest):
    SLOWER = 1.5

    def forward(self, *inputs):
        calm.clear()
        output = super().forward(*inputs)
        torch.cuda.current_stream().synchronize()
        calm.set()
        return output`,
  ),
  onGpu(
    'stale-graph',
    'Replays a captured graph on the inputs of its first call, whatever it is given.',
    `
class ModelNew(Right):
    def forward(self, *inputs):
        if "_graph" not in self.__dict__:
            kept = [t.clone() for t in inputs]
            super().forward(*kept)
            torch.cuda.synchronize()
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self.__dict__["_output"] = super().forward(*kept)
            self.__dict__["_graph"] = graph
        self._graph.replay()
        return self._output`,
  ),
  onGpu(
    'stale-device-memory',
    'Allocates on the device without writing, where the caching allocator has kept what an earlier call left.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        torch.cuda.empty_cache()
        return self.prepared(inputs)`,
  ),
  onGpu(
    'cached-by-device-pointer',
    'Keeps its output by the address of its input on the device, which is the same for all calls in one slot.',
    keptByPointer,
  ),
]
