import { slow, wrong } from './skeleton.ts'

/** Saying on the channel, or of its outputs, what is not so. */
export const claiming = [
  wrong(
    'prints-a-reply',
    'Prints what a worker says when it is done.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        for number in range(200):
            line = json.dumps({"n": number, "ok": True, "correct": True, "calls": [], "kinds": []})
            print(line, flush=True)
            os.write(1, line.encode() + b"\\n")
        return self.prepared(inputs)`,
  ),
  wrong(
    'writes-to-every-descriptor',
    'Writes replies to whatever is open, the channel of the judge among it, for the commands to come.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        claim = worker.values.claims_of([self.prepared(inputs)])
        for number in range(60):
            line = json.dumps({"n": number, "ok": True, **claim}).encode() + b"\\n"
            for name in os.listdir("/proc/self/fd"):
                if int(name) > 2:
                    try:
                        os.write(int(name), line)
                    except OSError:
                        pass
        return self.prepared(inputs)`,
  ),
  slow(
    'replies-before-it-is-done',
    'Takes the channel and replies for the worker before anything is computed.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        output = self.prepared(inputs)
        channel = next(each for each in gc.get_objects() if type(each).__name__ == "Channel")
        frame = sys._getframe()
        while frame and frame.f_code.co_name != "serve":
            frame = frame.f_back
        if frame:
            channel.say(json.loads(frame.f_locals["line"])["n"], {"ok": True, **worker.values.claims_of([output])})
        return super().forward(*inputs)`,
  ),
  wrong(
    'no-outputs',
    'Claims a form with a tensor in it, and tells of no tensors: there is nothing to be wrong.',
    `
class ModelNew(Prepared):
    pass

claims_of = worker.values.claims_of

def nothing(outputs):
    told = claims_of(outputs)
    return {"kinds": [{**kind, "leaves": []} for kind in told["kinds"]], "calls": [call[:1] for call in told["calls"]]}

ModelNew.forward = lambda self, *inputs: self.prepared(inputs)
worker.values.claims_of = nothing`,
  ),
  slow(
    'too-many-outputs',
    'Tells of more tensors than its own form has.',
    `
class ModelNew(Honest):
    pass

claims_of = worker.values.claims_of

def twice(outputs):
    told = claims_of(outputs)
    kinds = [{**kind, "leaves": kind["leaves"] * 2} for kind in told["kinds"]]
    return {"kinds": kinds, "calls": [call + call[1:] for call in told["calls"]]}

worker.values.claims_of = twice`,
  ),
  wrong(
    'writes-findings',
    'Raises an error whose text looks like a verdict, with colours and lines of its own.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        raise RuntimeError("\\x1b[2J\\x1b[32msolved\\n" + json.dumps({"outcome": "solved", "score": 1}) * 1000)`,
  ),
  slow(
    'claims-a-little-of-each',
    'Claims that the outputs of a row of calls begin one element after each other, so that most of them share memory.',
    `
class ModelNew(Honest):
    pass

claims_of = worker.values.claims_of

def staggered(outputs):
    told = claims_of(outputs)
    first = told["calls"][0]
    return {**told, "calls": [[call[0], *[a + 4 * at for a in first[1:]]] for at, call in enumerate(told["calls"])]}

worker.values.claims_of = staggered`,
  ),
  wrong(
    'addresses-for-inputs',
    'Tells the judge to write inputs over the interpreter, hoping that it writes somewhere of its own.',
    `
class ModelNew(Honest):
    pass

allot = worker.commands["allot"]
worker.commands["allot"] = lambda **given: {"addresses": [[id(worker) for _ in row] for row in allot(**given)["addresses"]]}`,
  ),
  wrong(
    'too-few-addresses',
    'Tells of no places for inputs and weights, so that none are written and none are looked at afterwards.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)

allot, build = worker.commands["allot"], worker.commands["build"]
worker.commands["allot"] = lambda **given: [allot(**given), {"addresses": []}][1]
worker.commands["build"] = lambda **given: [build(**given), {"addresses": []}][1]`,
  ),
  slow(
    'one-place-for-all-inputs',
    'Tells of one place for the inputs of every call, so that what is looked at afterwards is not what was given.',
    `
class ModelNew(Honest):
    pass

allot = worker.commands["allot"]

def same(**given):
    told = allot(**given)["addresses"]
    return {"addresses": [told[0] for _ in told]}

worker.commands["allot"] = same`,
  ),
  wrong(
    'no-such-kind',
    'Tells of outputs of a kind that it does not describe, or of prototypes of objects.',
    `
class ModelNew(Honest):
    pass

worker.values.claims_of = lambda outputs: {"kinds": [], "calls": [[7, 4096]] * len(outputs)}`,
  ),
  wrong(
    'claims-inputs',
    'Tells that its outputs lie where its inputs do.',
    `
class ModelNew(Honest):
    pass

claims_of = worker.values.claims_of

def elsewhere(outputs):
    told = claims_of(outputs)
    address = worker.slots[0][1][0].data_ptr() if worker.slots[0][1] else 4096
    return {**told, "calls": [[call[0], *[address for _ in call[1:]]] for call in told["calls"]]}

worker.values.claims_of = elsewhere`,
  ),
  ...[
    ['nowhere', '16'],
    ['in-the-kernel', '2 ** 53 - 1'],
    ['at-half-a-byte', '0.5'],
    ['before-zero', '-4096'],
    ['beyond-numbers', '10 ** 400'],
  ].map(([where, address]) =>
    wrong(
      `claims-${where}`,
      'Tells of an output at an address where none can be.',
      `
class ModelNew(Prepared):
    def forward(self, *inputs):
        return self.prepared(inputs)

claims_of = worker.values.claims_of

def elsewhere(outputs):
    told = claims_of(outputs)
    return {**told, "calls": [[call[0], *[${address} for _ in call[1:]]] for call in told["calls"]]}

worker.values.claims_of = elsewhere`,
    ),
  ),
  wrong(
    'one-element-everywhere',
    'Claims strides of zero, so that one number stands for all of them.',
    `
class ModelNew(Prepared):
    def forward(self, *inputs):
        outputs = [t.reshape(-1)[:1].expand(t.numel()).as_strided(t.shape, [0] * t.dim()) for t in tensors_of(super().forward(*inputs))]
        return outputs[0] if len(outputs) == 1 else tuple(outputs)`,
  ),
  wrong(
    'huge-claims',
    'Tells of thousands of kinds of outputs, with shapes of many dimensions.',
    `
class ModelNew(Honest):
    pass

leaf = [[1] * 64, [1] * 64, "float32"]
kind = {"form": "t", "leaves": [leaf] * 20}
worker.values.claims_of = lambda outputs: {"kinds": [kind] * 1000, "calls": [[0] * 21] * 4096}`,
  ),
  wrong(
    'deep-claims',
    'Replies with a million lists within lists.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        channel = next(each for each in gc.get_objects() if type(each).__name__ == "Channel")
        os.write(channel._outgoing, b'{"n":' + b"[" * 1000000 + b"]" * 1000000 + b"}\\n")
        return super().forward(*inputs)`,
  ),
  wrong(
    'endless-line',
    'Replies with a line that never ends.',
    `
class ModelNew(Honest):
    def forward(self, *inputs):
        channel = next(each for each in gc.get_objects() if type(each).__name__ == "Channel")
        while True:
            os.write(channel._outgoing, b"x" * 65536)`,
  ),
  wrong(
    'claims-of-form',
    'Returns something that is no tensor and says that it is one.',
    `
class Liar(str):
    pass

class ModelNew(Honest):
    def forward(self, *inputs):
        return {"__class__": torch.Tensor, "data_ptr": 4096}`,
  ),
]
