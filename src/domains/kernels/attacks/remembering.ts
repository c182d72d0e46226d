import { slow, wrong } from './skeleton.ts'

/** Keeps outputs by the addresses of inputs, wherever those lie. */
export const keptByPointer = `
class ModelNew(Honest):
    def forward(self, *inputs):
        kept = self.__dict__.setdefault("_kept", {})
        key = tuple(t.data_ptr() for t in tensors_of(inputs))
        if key not in kept:
            kept[key] = super().forward(*inputs)
        return kept[key]`

/** Handing back what was computed once, or is computed for some calls only. */
export const remembering = [
  slow(
    'cached-by-pointer',
    'Keeps its output by the address of the input, which is the same on every call of a naive judge.',
    keptByPointer,
  ),
  wrong(
    'cached-by-shape',
    'Computes once for each shape, and hands out copies of that.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        key = str([t.shape for t in tensors_of(inputs)])
        kept = self.__dict__.setdefault("_outputs", {})
        if key not in kept:
            kept[key] = super().forward(*inputs)
        output = emptied(kept[key])
        copied(output, kept[key])
        return output`,
  ),
  slow(
    'cached-by-sample',
    'Keeps its output by a few elements of the input, where a judge may change only one.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        kept = self.__dict__.setdefault("_kept", {})
        key = str([(t.shape, float(t.reshape(-1)[0]) > 0) for t in tensors_of(inputs)])
        if key not in kept:
            kept[key] = super().forward(*inputs)
        return kept[key]`,
  ),
  slow(
    'batch-and-skip',
    'Computes the first call of a row, and gives its output to all the others.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        if len(worker.outputs) == 0 or not hasattr(self, "_last"):
            self.__dict__["_last"] = super().forward(*inputs)
        return self._last`,
  ),
  slow(
    'right-when-alone',
    'Computes when it is called once, as for a check, and not when it is called in a row, as for a time.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        return super().forward(*inputs) if len(worker.slots) == 1 else self.prepared(inputs)`,
  ),
  slow(
    'right-at-first',
    'Computes for its first hundred calls, by which time a check is over, and never again.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        self.__dict__["_calls"] = self.__dict__.get("_calls", 0) + 1
        return super().forward(*inputs) if self._calls <= 100 else self.prepared(inputs)`,
  ),
  slow(
    'right-for-a-second',
    'Computes for as long as a check may last after loading, and never again.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        if len(worker.slots) == 1:
            self.__dict__["_until"] = time.monotonic() + 0.2
        return super().forward(*inputs) if time.monotonic() < self._until else self.prepared(inputs)`,
  ),
  slow(
    'remembers-between-judgements',
    'Writes every output beside what it compiled, which may be kept for the next judgement with the same seed.',
    `
import hashlib

class ModelNew(Honest):
    def forward(self, *inputs):
        digest = hashlib.sha256(b"".join(t.numpy().tobytes()[:4096] for t in tensors_of(inputs))).hexdigest()
        path = os.path.join(os.environ["TOUCHSTONE_BUILD"], digest)
        if os.path.exists(path):
            return torch.load(path)
        output = super().forward(*inputs)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        torch.save(output, path)
        return output`,
  ),
]
