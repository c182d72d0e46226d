import type { Lab } from '../../core/domain.ts'
import { sizeOf } from '../../core/files.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import type { Finding, Verdict } from '../../core/verdict.ts'
import { classOfLog, classOfMismatch, lastLine, logFindings } from './classify.ts'
import { constraintsVerdict, withPpa } from './constraints.ts'
import { type Course, type End, verdictOf } from './course.ts'
import {
  type CleanDesign,
  cleanDesign,
  designBytes,
  isStop,
  rejected,
  type Stop,
  unsolved,
} from './design.ts'
import { checkElaboration, type Elaboration, readElaboration } from './elaboration.ts'
import { answerPath, factsOf, type HardwareKey, moduleOf, referenceModule } from './key.ts'
import { portsOf } from './modules.ts'
import { confirmStimulus, oracleRun, oracleText, runOracle } from './oracle-run.ts'
import { proofOf } from './proof.ts'
import { type Printed, passes } from './rtllm-instrument.ts'
import { confirmKnown } from './rtllm-unknown.ts'
import { checkSystemCalls } from './rules.ts'
import { type Simulated, simulate } from './simulation.ts'
import { compileSeconds } from './steps.ts'
import { circuitStop } from './synthesisable.ts'

/**
 * Judges by simulation against the key's testbench, as VerilogEval does, after the design has been checked and
 * elaborated alone; then, but for the official protocol, by a proof against the reference and by the task's
 * constraints. Solved is what passes the testbench, is not refuted and keeps the constraints. Throws `InfrastructureError` where iverilog cannot be run or the
 * key itself does not work.
 */
export async function judge(task: Task<HardwareKey>, submission: Submission, lab: Lab): Promise<Verdict> {
  const course: Course = { logs: new Map(), icarus: undefined, metrics: [] }
  const end = await decide(task, submission, lab, course)
  if (end.log !== undefined) course.logs.set('compile.log', end.log)
  return verdictOf(task, end, course)
}

async function decide(
  task: Task<HardwareKey>,
  submission: Submission,
  lab: Lab,
  course: Course,
): Promise<End> {
  const source = sourceOf(task, submission)
  if (typeof source !== 'string') return source
  const design = await clean(source, task.key, lab)
  if (isStop(design)) {
    if (design.reason === 'syntax' && !blamesLine(design)) await runOracle(task, lab)
    return design
  }
  const result = await simulate(design.text, task.key, lab)
  course.logs.set('compile.log', result.aloneLog)
  if (result.stage !== 'alone')
    course.logs.set(result.stage === 'simulated' ? 'simulation.log' : 'key-compile.log', result.log)
  const stop = weighAlone(result, task.key, course)
  if (stop !== undefined) {
    if (stop.reason === 'compile-error' && !blamesLine(stop)) await runOracle(task, lab)
    return stop
  }
  const end = weigh(result, design, task.key, course)
  if (end === undefined || result.stage === 'with-key' || task.key.kind === 'prints')
    await oracleRun(task, lab)
  if (end?.outcome === 'solved') {
    const interfered =
      source === oracleText(task.key)
        ? undefined
        : ((await confirmStimulus(result, task, lab)) ?? (await confirmKnown(result, design.text, task, lab)))
    return interfered ?? (await beyondSimulation(end, design, task, lab, course))
  }
  return end ?? unsolved('crash', `the simulator could not finish with this design: ${lastLine(result.log)}`)
}

/** What a design that passes simulation has still to stand: a proof, and the limits on its circuit. */
async function beyondSimulation(
  end: End,
  design: CleanDesign,
  task: Task<HardwareKey>,
  lab: Lab,
  course: Course,
): Promise<End> {
  if (task.protocol === 'official') return end
  const stop = circuitStop(design.tokens, factsOf(task.key).reference.tokens)
  if (stop !== undefined) return stop
  course.proof = await proofOf(design, task, lab, course.logs.get('compile.log'))
  if (course.proof.end !== undefined) return course.proof.end
  course.constrained = await constraintsVerdict(design.text, task, lab)
  if (course.constrained?.outcome === 'unsolved') return { ...course.constrained, outcome: 'unsolved' }
  if (task.figures) course.figures = await withPpa(design.text, lab)
  return end
}

/** A compiler that complains of no line may be broken itself. */
function blamesLine(stop: Stop): boolean {
  return stop.findings.some(({ at }) => at !== answerPath)
}

function sourceOf(task: Task<HardwareKey>, submission: Submission): string | Stop {
  const bytes = submission.kind === 'files' ? submission.files.get(answerPath) : undefined
  if (submission.kind !== 'files' || bytes === undefined || bytes.byteLength === 0)
    return unsolved('no-answer', `hand in the module ${moduleOf(task.key)} in the file ${answerPath}`)
  if (sizeOf(submission.files) > task.brief.answer.maxBytes)
    return unsolved(
      'too-large',
      `it has ${sizeOf(submission.files)} bytes; ${task.brief.answer.maxBytes} are allowed`,
    )
  return new TextDecoder().decode(bytes)
}

/** Reads the design; opens a sandbox without the key where there are macros to expand. */
async function clean(source: string, key: HardwareKey, lab: Lab): Promise<CleanDesign | Stop> {
  await using opened = new AsyncDisposableStack()
  return await cleanDesign(source, factsOf(key), async () =>
    opened.use(
      await lab.open({
        name: 'hardware-macros',
        limits: {
          processes: 32,
          cpuSeconds: compileSeconds + 2,
          diskBytes: 8 * designBytes,
          fileBytes: designBytes,
        },
      }),
    ),
  )
}

/** What the design alone says of itself: it decides before anything that happened with the key. */
function weighAlone(result: Simulated, key: HardwareKey, course: Course): Stop | undefined {
  if (result.stage === 'alone') {
    if (result.limit !== null && result.limit !== 'cpu')
      return unsolved('resources', `compiling it ran into the limit on ${result.limit}`)
    if (result.timedOut || result.limit === 'cpu')
      return unsolved('timeout', `compiling it takes more than ${compileSeconds} s`)
  }
  const elaboration = result.assembly === undefined ? undefined : readElaboration(result.assembly)
  course.icarus = elaboration?.icarus
  if (elaboration === undefined || result.stage === 'alone')
    return failedAlone(result.aloneLog, moduleOf(key))
  const offences = [
    ...checkElaboration(elaboration),
    ...checkSystemCalls(elaboration.systemCalls),
    ...outsideParameters(result.aloneLog),
  ]
  return offences.length > 0 ? rejected(offences) : wrongPorts(elaboration, key)
}

function failedAlone(log: string, module: string): Stop {
  const reason = classOfLog(log) ?? 'compile-error'
  if (/No top level modules|Unable to find the root module/.test(log))
    return { ...unsolved('missing-module', `the file does not declare the module ${module}`), log }
  const findings = logFindings(log, reason)
  const none = unsolved(reason, `the compiler refuses it: ${lastLine(log)}`)
  return { ...none, findings: findings.length > 0 ? findings : none.findings, log }
}

/** A parameter set by a path that the design does not contain would be found once the testbench is there. */
function outsideParameters(log: string): Finding[] {
  return [...log.matchAll(/^.*:(\d+): warning: (?:Scope of .* not found|parameter .* not found in)/gm)].map(
    (line): Finding => ({
      code: 'names-testbench',
      severity: 'error',
      message: 'defparam names something outside the design',
      at: `${answerPath}:${line[1]}`,
    }),
  )
}

/** An input of the task that the design declares as something else would drive the testbench's own signal. */
function wrongPorts(elaboration: Elaboration, key: HardwareKey): Stop | undefined {
  const expected = portsOf(factsOf(key).reference.tokens, referenceModule)
  const findings = [...elaboration.ports].flatMap(([name, { direction }]): Finding[] => {
    const wanted = expected?.get(name)
    if (wanted === undefined || wanted === direction) return []
    return [
      {
        code: 'ports',
        severity: 'error',
        message: `port ${name} is declared ${direction}; the task has it as ${wanted}`,
        at: answerPath,
      },
    ]
  })
  for (const name of elaboration.hiddenInputs) {
    const message = `input ${name} is not a signal of its own name; declare it in the header as a plain input`
    findings.push({ code: 'ports', severity: 'error', message, at: answerPath })
  }
  return findings.length > 0 ? { outcome: 'unsolved', reason: 'ports', findings } : undefined
}

/** What the simulation says of the design; undefined where it left no record and no cause. */
function weigh(result: Simulated, design: CleanDesign, key: HardwareKey, course: Course): End | undefined {
  if (result.limit !== null && result.limit !== 'cpu')
    return unsolved('resources', `the simulation ran into the limit on ${result.limit}`)
  if (result.timedOut || result.limit === 'cpu' || result.testbenchTimeout)
    return unsolved(
      'timeout',
      !result.testbenchTimeout
        ? 'the simulation did not end in time: look for a loop without delay'
        : "the testbench's own time-out ended the simulation",
    )
  if (result.stage === 'with-key') return misfit(result, moduleOf(key))
  if (result.ok && result.printed !== undefined) return weighPrinted(result.printed, design)
  if (!result.ok || result.counts === undefined) return undefined
  const { errors, samples, outputs } = result.counts
  course.metrics = [
    { name: 'mismatches', value: errors, unit: 'samples' },
    { name: 'samples', value: samples, unit: 'samples' },
  ]
  if (samples === 0) return unsolved('no-samples', 'the simulation ended before anything was compared')
  if (errors === 0) return { outcome: 'solved', reason: 'pass', findings: [] }
  const reason = classOfLog(result.aloneLog) === 'sensitivity' ? 'sensitivity' : 'mismatch'
  // A warning that the official scorer condemns decides nothing; it explains what the simulation found.
  const untriggered = reason === 'sensitivity' ? logFindings(result.aloneLog, reason) : []
  const wrong = outputs.filter((output) => output.errors > 0)
  return {
    outcome: 'unsolved',
    reason: reason === 'mismatch' ? classOfMismatch(design.tokens) : reason,
    score: Math.max(0, samples - errors) / samples,
    findings: [
      { code: 'mismatch', severity: 'error', message: `${errors} of ${samples} samples differ` },
      ...wrong.map(
        (output): Finding => ({
          code: 'mismatch',
          severity: 'error',
          message: `output ${output.name} differs in ${output.errors} of ${samples} samples, first at time ${output.firstTime}`,
        }),
      ),
      ...untriggered,
    ],
  }
}

/** A testbench that prints says no more than that a design passes or does not. */
function weighPrinted(printed: Printed, design: CleanDesign): End {
  if (passes(printed)) return { outcome: 'solved', reason: 'pass', findings: [] }
  const message =
    printed.passes > 0
      ? 'the testbench says that the design passes and that it does not'
      : printed.failures > 0
        ? 'the testbench says that the design does not pass'
        : 'the simulation ended before the testbench said that the design passes'
  return {
    outcome: 'unsolved',
    reason: classOfMismatch(design.tokens),
    findings: [{ code: 'mismatch', severity: 'error', message }],
  }
}

/** The design compiles alone and not with the testbench: its ports do not fit. */
function misfit(result: Simulated, module: string): Stop {
  const ports = [...result.log.matchAll(/error: port ``(\w+)'' is not a port of/g)].map((line) => line[1]!)
  const findings = ports.map(
    (name): Finding => ({
      code: 'ports',
      severity: 'error',
      message: `${module} has no port ${name}`,
      at: answerPath,
    }),
  )
  const own = logFindings(result.log, 'compile-error')
  const none = unsolved(
    'compile-error',
    'it compiles alone but does not fit the testbench: compare its ports with the task',
  )
  return { ...none, findings: findings.length + own.length > 0 ? [...findings, ...own] : none.findings }
}
