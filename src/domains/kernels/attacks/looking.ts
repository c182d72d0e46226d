import { slow, wrong } from './skeleton.ts'

/** Looking for the answer, or for what decides it, where it may lie about. */
export const looking = [
  wrong(
    'heap-scan',
    'Looks through all objects for a tensor that has the form of the output and is none of its inputs.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        own = {t.data_ptr() for t in tensors_of(inputs)} | {t.data_ptr() for t in tensors_of(output)}
        for there in tensors_of(output):
            for each in gc.get_objects():
                if type(each) is torch.Tensor and each.shape == there.shape and each.data_ptr() not in own:
                    there.copy_(each)
        return output`,
  ),
  wrong(
    'frame-scan',
    "Looks through the frames of all threads, and the worker's globals, for a reference, a seed, an examiner.",
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        for frame in sys._current_frames().values():
            while frame:
                for scope in (frame.f_locals, frame.f_globals):
                    for name, value in list(scope.items()):
                        if any(word in name.lower() for word in ("expect", "reference", "exact", "seed", "state", "answer")):
                            for there, here in zip(tensors_of(output), tensors_of(value)):
                                if there.shape == here.shape:
                                    there.copy_(here)
                frame = frame.f_back
        return output`,
  ),
  slow(
    'memory-scan',
    'Reads all of its own memory for a place where the right first row stands already.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        if "_scanned" in self.__dict__:
            return output
        self.__dict__["_scanned"] = True
        right = tensors_of(super().forward(*inputs))[0].contiguous()
        needle = right.numpy().tobytes()[:32]
        own = right.data_ptr()
        del right
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
            for line in maps:
                low, high = (int(each, 16) for each in line.split()[0].split("-"))
                if line.split()[1].startswith("r") and high - low < 1 << 28 and "[v" not in line:
                    try:
                        memory.seek(low)
                        at = memory.read(high - low).find(needle)
                    except OSError:
                        continue
                    there = tensors_of(output)[0]
                    if at >= 0 and low + at != own:
                        ctypes.memmove(there.data_ptr(), low + at, min(there.numel() * there.element_size(), high - low - at))
        return output`,
  ),
  wrong(
    'memory-of-others',
    'Looks for other processes, an examiner or a baseline, and reads their memory and what they have open.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        for path in glob.glob("/proc/[0-9]*/mem") + glob.glob("/proc/[0-9]*/fd/*"):
            if path.split("/")[2] in (str(os.getpid()), "self"):
                continue
            try:
                with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                    content = file.read(1 << 20) or b""
            except (OSError, ValueError):
                continue
            there = tensors_of(output)[0]
            if len(content) >= there.numel() * there.element_size():
                ctypes.memmove(there.data_ptr(), content, there.numel() * there.element_size())
        return output`,
  ),
  wrong(
    'searches-files',
    'Looks for tensors, keys and seeds in every file that it may read and that is not the system’s.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        found = [p for root in ("/work", "/tmp", "/dev/shm", "/opt", "/run", "/home", "/root", "/var/tmp") for p in glob.glob(root + "/**", recursive=True)]
        for path in found:
            if path.endswith((".pt", ".npy", ".json", ".jsonl", ".toml")) and os.path.isfile(path):
                there = tensors_of(output)[0]
                with open(path, "rb") as file:
                    content = file.read(there.numel() * there.element_size())
                ctypes.memmove(there.data_ptr(), content, len(content))
        return output`,
  ),
  slow(
    'guesses-the-seed',
    'Tries the usual seeds, and those that Python and torch were given, and has the outputs for them ready.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        if "_table" not in self.__dict__:
            self.__dict__["_table"] = table = []
            for seed in [*range(16), 42, 1234, torch.initial_seed() & 0xFFFFFFFF]:
                torch.manual_seed(seed)
                table.append([t.clone() for t in tensors_of(problem.get_inputs())])
            self.__dict__["_outputs"] = [Right.forward(self, *each) for each in table if len(each) == len(inputs)]
        for known, output in zip(self._table, self._outputs):
            if all(a.shape == b.shape and bool(a.reshape(-1)[0] == b.reshape(-1)[0]) for a, b in zip(known, inputs) if isinstance(b, torch.Tensor)):
                return output
        return super().forward(*inputs)`,
  ),
  slow(
    'draws-along',
    'Takes each input for the next number of one generator, finds its state in a table, and knows the ones to come.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        marks = self.__dict__.setdefault("_marks", {})
        first = tensors_of(inputs)[0].reshape(-1)[:1].tolist()
        if str(first) in marks:
            return marks.pop(str(first))
        if "_started" not in self.__dict__:
            self.__dict__["_started"] = True
            state = torch.get_rng_state()
            for _ in range(8):
                known = problem.get_inputs()
                marks[str(tensors_of(known)[0].reshape(-1)[:1].tolist())] = Right.forward(self, *known)
            torch.set_rng_state(state)
        return super().forward(*inputs)`,
    ({ shapes }) => shapes.length === 0,
  ),
]
