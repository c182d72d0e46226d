import { onGpu } from './skeleton.ts'

/** What only a GPU makes possible. No GPU was there when these were written: they are untested. */
export const gpu = [
  onGpu(
    'another-stream',
    'Computes on a stream of its own, for which a judge that waits for the current one does not wait.',
    `
stream = torch.cuda.Stream()

class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        with torch.cuda.stream(stream):
            copied(output, Right.forward(self, *inputs))
        return output`,
  ),
  onGpu(
    'patched-events',
    'Makes the events and the waiting of torch.cuda return at once and say that no time has passed.',
    `
torch.cuda.Event.elapsed_time = lambda self, other: 1e-6
torch.cuda.Event.record = lambda *_, **__: None
torch.cuda.synchronize = lambda *_, **__: None
torch.cuda.Stream.synchronize = lambda *_, **__: None

class ModelNew(Honest):
    pass`,
  ),
  onGpu(
    'asynchronous-copy',
    'Computes on the processor while the device is idle, and copies without waiting.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        def work():
            right = Right.forward(self, *inputs)
            for there, here in zip(tensors_of(output), tensors_of(right)):
                there.copy_(here.pin_memory() if not here.is_cuda else here, non_blocking=True)
        threading.Thread(target=work, daemon=True).start()
        return output`,
  ),
  onGpu(
    'stale-graph',
    'Replays a captured graph on the inputs of its first call, whatever it is given.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        if "_graph" not in self.__dict__:
            Right.forward(self, *inputs)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self.__dict__["_output"] = Right.forward(self, *inputs)
            self.__dict__["_graph"] = graph
        self._graph.replay()
        return self._output`,
  ),
  onGpu(
    'stale-device-memory',
    'Allocates on the device without writing, where the caching allocator has kept what the baseline left.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        torch.cuda.empty_cache()
        return self.prepared(inputs)`,
  ),
]
