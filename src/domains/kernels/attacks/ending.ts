import { slow, wrong } from './skeleton.ts'

/** Ending at a moment of its choice, so that the judge has no verdict and tries again. */
export const ending = [
  ...[
    ['exits', 'os._exit(0)'],
    ['exits-by-exception', 'raise SystemExit(0)'],
    ['interrupts', 'raise KeyboardInterrupt'],
    ['crashes', 'ctypes.string_at(8)'],
    ['kills-everything', 'os.kill(-1, signal.SIGKILL); os._exit(1)'],
    ['runs-something-else', "os.execv('/bin/true', ['/bin/true'])"],
    ['closes-everything', 'os.closerange(0, 1024)'],
    ['exhausts-recursion', 'return self.forward(*inputs)'],
  ].map(([name, act]) =>
    slow(
      `${name}-when-timed`,
      'Ends its process in the middle of a measurement, hoping that this is taken for the fault of the machine.',
      `
class ModelNew(Honest):
    def forward(self, *inputs):
        if len(worker.slots) > 1:
            ${act}
        return super().forward(*inputs)`,
    ),
  ),
  slow(
    'kills-its-parents',
    'Sends every signal to the first process of its sandbox, whose end is an end of the sandbox.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        for number in (*range(1, 9), 10, 12, *range(13, 18), *range(20, 32)):
            for pid in {1, os.getppid()}:
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
        return super().forward(*inputs)`,
  ),
  wrong(
    'removes-its-directory',
    'Deletes all that it may delete, and fills the rest.',
    `
import shutil
shutil.rmtree("/work", ignore_errors=True)
try:
    with open("full", "wb") as file:
        while True:
            file.write(bytes(1 << 24))
except OSError:
    pass

class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)`,
  ),
  wrong(
    'build-of-holes',
    'Leaves files that are nothing but holes where what was compiled is kept, for a judge that reads them into memory.',
    `
directory = os.environ["TOUCHSTONE_BUILD"]
os.makedirs(directory, exist_ok=True)
for number in range(100):
    with open(f"{directory}/{number:03}", "wb") as file:
        file.truncate(1 << 25)

class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)`,
  ),
  wrong(
    'many-processes',
    'Starts processes until there can be no more, in which a judge might fail to start its own.',
    `
for _ in range(400):
    try:
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
    except OSError:
        break

class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)`,
  ),
]

/** These cost the judge its patience, minutes of wall time. */
export const waiting = [
  slow(
    'sleeps-within-its-time',
    'Sleeps in every call for less than a call may take, so that all of them together take longer than the judge may.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        time.sleep(100)
        return super().forward(*inputs)`,
  ),
  slow(
    'stops-itself',
    'Stops in the middle of a measurement and never goes on.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        if len(worker.slots) > 1:
            os.kill(os.getpid(), signal.SIGSTOP)
        return super().forward(*inputs)`,
  ),
]
