"""Where one module spends its time, operator by operator, and what this machine can do: `profile.py FILE CLASS THREADS`.

For an agent's eyes. What it prints at the end, one line of JSON, is the word of whoever wrote the module.
"""

import importlib.util
import json
import sys
import time

sys.path[0:0] = ["."]
import device  # noqa: E402
import torch  # noqa: E402
import values  # noqa: E402
from torch.profiler import ProfilerActivity, profile  # noqa: E402

COPY_BYTES = 32 * 2**20
SIDE = 512


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.partition(".")[0], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def shortest(work, seconds=0.3):
    """The shortest time of a call, in seconds: others were disturbed. By one thread's own time, where that does the work."""
    clock = time.thread_time if torch.get_num_threads() == 1 and not device.apart else time.perf_counter
    best, until, calls = float("inf"), time.perf_counter() + seconds, 0
    while time.perf_counter() < until or calls < 3:
        device.wait()
        began = clock()
        work()
        device.wait()
        best = min(best, clock() - began)
        calls += 1
    return best


def machine():
    """Bytes a second of copying, read and written, and floating-point operations a second of a matrix product."""
    source, target = (torch.ones(COPY_BYTES // 4, device=device.place) for _ in range(2))
    left, right = (torch.rand(SIDE, SIDE, device=device.place) for _ in range(2))
    return {
        "bandwidth": 2 * COPY_BYTES / shortest(lambda: target.copy_(source)),
        "peak": 2 * SIDE**3 / shortest(lambda: left @ right),
    }


def operators(call, count):
    """What calls take with a profiler on, and of that each operator itself, of the quickest of three times."""
    best, rows = float("inf"), []
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if device.place == "cuda" else [])]
    for _ in range(3):
        with profile(activities=activities) as recorded:
            began = time.perf_counter()
            for _ in range(count):
                call()
            device.wait()
            each = (time.perf_counter() - began) / count
        if each < best:
            best, rows = each, recorded.key_averages()
    told = [
        {"name": row.key, "calls": row.count / count, "seconds": spent(row) / 1e6 / count}
        for row in rows
        if spent(row) > 0
    ]
    return {"profiled": best, "operators": sorted(told, key=lambda row: -row["seconds"])[:40]}


def spent(row):
    """Microseconds in the operator itself; with a GPU, on that, whatever this PyTorch calls them."""
    if device.place == "cpu":
        return row.self_cpu_time_total
    return row.self_device_time_total if hasattr(row, "self_device_time_total") else row.self_cuda_time_total


def main(path, name, threads):
    device.prepare()
    torch.set_num_threads(int(threads))
    torch.set_grad_enabled(False)
    problem = loaded("problem.py")
    module = problem if path == "problem.py" else loaded(path)
    torch.manual_seed(0)
    model = getattr(module, name)(*problem.get_init_inputs()).eval().to(device.place)
    inputs = values.mapped(problem.get_inputs(), lambda tensor: tensor.to(device.place))

    def call():
        return model(*inputs)

    call()
    each = shortest(call)
    count = max(1, min(20, int(0.1 / each)))
    print(json.dumps({"seconds": each, **operators(call, count), **machine()}), flush=True)


main(*sys.argv[1:])
