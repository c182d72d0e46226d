import pc from 'picocolors'
import type { Lab } from '../core/domain.ts'
import { InfrastructureError } from '../core/errors.ts'
import { coqcTool } from '../domains/proofs/tools.ts'
import {
  directorySource,
  type Header,
  leanNotice,
  leanProject,
  standardLibrary,
  type TraceProgress,
  trace,
  traceLean,
  type WorkOptions,
  writeSplits,
} from '../domains/proofs/trace/index.ts'
import { type TraceReport, traceReport } from '../domains/proofs/trace/report.ts'
import type { Split } from '../domains/proofs/trace/schema.ts'
import { firstLine, safeText } from '../pages/text.ts'
import { countOf, durationOf } from '../pages/words.ts'
import { openLab } from '../sandbox/index.ts'
import { openBackend } from './backend.ts'
import type { TraceFlags } from './commands/trace.ts'
import { examineTool } from './doctor.ts'
import { Interrupted, interruption } from './interruption.ts'
import { barOf, type Display, liveDisplay } from './live-display.ts'
import { print, printJson, remark, table } from './output.ts'

/** Characters shown of a message. */
const mostCharacters = 100
/** Failures that are listed. */
const mostListed = 30

/** Traces a library or goes on with it, splits it, prints what came of it, and sets the exit code. */
export async function performTrace(prover: 'rocq' | 'lean', name: string, flags: TraceFlags): Promise<void> {
  if (prover === 'lean') remark(leanNotice)
  const { signal } = interruption()
  const display = traceDisplay()
  let [stopped, before] = [false, 0]
  const begun = performance.now()
  const options: WorkOptions = {
    out: flags.out,
    concurrency: flags.concurrency,
    ...(flags.limit !== undefined && { limit: flags.limit }),
    onProgress(progress, header, earlier) {
      before = progress.earlier
      display.onProgress(progress, { header, earlier })
    },
  }
  try {
    const rocq = prover === 'rocq' ? await versionOfRocq() : undefined
    await using backend = await openBackend(flags.backend)
    await using lab = openLab(backend, { seed: flags.seed, signal })
    if (rocq !== undefined) await traceRocq(lab, name, rocq, flags, options)
    else await traceOfLean(lab, name, flags, options)
  } catch (thrown) {
    if (!(signal.aborted && signal.reason instanceof Interrupted)) throw thrown
    stopped = true
  } finally {
    display.end()
  }
  const elapsedSeconds = (performance.now() - begun) / 1000
  if (stopped) {
    remark('Stopped: what is traced is kept; the same command goes on.')
    process.exitCode = 3
    return
  }
  const report = await traceReport(flags.out)
  const splits = await writeSplits(flags.out, flags.seed)
  const notice = prover === 'lean' && { notice: leanNotice }
  if (flags.json) printJson({ ...notice, ...report, before, elapsedSeconds, splits: splits.map(sizesOf) })
  else show(report, splits, { before, elapsedSeconds })
  process.exitCode = report.files.traced + report.files.partial > 0 ? 0 : 1
}

async function traceRocq(
  lab: Lab,
  name: string,
  rocq: string,
  flags: TraceFlags,
  options: WorkOptions,
): Promise<void> {
  const source = name === 'stdlib' ? await standardLibrary(lab) : await directorySource(name)
  const limits = {
    sentenceSeconds: flags.seconds,
    fileSeconds: 10 * flags.seconds,
    memoryBytes: flags.memory * 1024 ** 2,
  }
  await trace(lab, source, { ...options, rocq, limits })
}

async function traceOfLean(lab: Lab, name: string, flags: TraceFlags, options: WorkOptions): Promise<void> {
  const project = await leanProject(lab, name, flags.toolchain)
  const limits = { fileSeconds: flags.seconds, memoryBytes: flags.memory * 1024 ** 2 }
  await traceLean(lab, project, { ...options, limits })
}

/** Throws `InfrastructureError` (`tool-missing`). */
async function versionOfRocq(): Promise<string> {
  const { state, version } = await examineTool(coqcTool, '')
  if (state === 'ok' && version) return version
  throw new InfrastructureError('tool-missing', `coqc is ${state}; to install: apt-get install -y coq`, {
    retryable: false,
  })
}

interface News {
  readonly header: Header
  /** It was there already. */
  readonly earlier: boolean
}

function traceDisplay(): Display<TraceProgress, News> {
  if (process.stderr.isTTY)
    return liveDisplay(blockOf, ({ header }) => (header.failure ? lineOf(header) : undefined))
  return {
    onProgress({ done, planned }, { header, earlier }) {
      if (earlier) return
      remark(`${String(done).padStart(String(planned).length)}/${planned}  ${lineOf(header)}`)
    },
    end() {},
  }
}

function blockOf(
  { planned, done, earlier, theorems, steps, failed, elapsedSeconds }: TraceProgress,
  columns: number,
) {
  const before = earlier > 0 ? pc.dim(` (${earlier} before)`) : ''
  const lost = failed > 0 ? pc.yellow(`, ${failed} files not whole`) : ''
  return [
    `${barOf(done, planned, columns)} ${done}/${planned}${before}  ${durationOf(elapsedSeconds)}`,
    `${countOf(theorems, 'theorem')}, ${countOf(steps, 'step')}${lost}`,
  ].join('\n')
}

const colours = { traced: pc.green, partial: pc.yellow, failed: pc.red }

function lineOf({ outcome, file, theorems, steps, seconds, failure }: Header): string {
  const took = durationOf(seconds.compile + seconds.replay)
  const came = failure
    ? firstLine(`${failure.reason}: ${failure.message}`, mostCharacters)
    : `${countOf(theorems, 'theorem')}, ${countOf(steps, 'step')}`
  return `${colours[outcome](outcome.padEnd(7))} ${safeText(file)}  ${pc.dim(`(${came}, ${took})`)}`
}

function show(
  report: TraceReport,
  splits: readonly Split[],
  { before, elapsedSeconds }: { readonly before: number; readonly elapsedSeconds: number },
): void {
  const { files, theorems, steps, sentences, definitions, bytes, failures, seconds } = report
  const rows: [string, string | number][] = [
    ['files traced', `${files.traced} of ${files.planned}`],
    ['of them there before', before],
    ['in part', files.partial],
    ['failed', files.failed],
    ['sentences', sentences],
    ['theorems', theorems],
    ['steps', steps],
    ['definitions', definitions],
    ['size', `${(bytes / 1024 ** 2).toFixed(1)} MiB`],
    ['compiling, all files', durationOf(seconds.compile)],
    ['replaying, all files', durationOf(seconds.replay)],
    ['this time', durationOf(elapsedSeconds)],
  ]
  if (report.prover === 'lean') print(`${leanNotice}\n`)
  print(
    table(
      ['', report.source],
      rows.map(([name, value]) => [name, String(value)]),
    ),
  )
  const sizes = splits.map(sizesOf)
  print(
    `\n${table(
      ['split', 'train', 'validation', 'test', 'duplicates'],
      sizes.map((one) => [one.split, ...[one.train, one.validation, one.test, one.duplicates].map(String)]),
    )}`,
  )
  if (failures.length === 0) return
  const reasons = Map.groupBy(failures, ({ reason }) => reason)
  print(
    `\n${table(
      ['why not', 'files'],
      [...reasons].map(([reason, list]) => [reason, String(list.length)]),
    )}`,
  )
  const listed = failures.slice(0, mostListed).map(({ file, reason, at, message }) => {
    return [safeText(at ? `${file}:${at.line}` : file), reason, firstLine(message, mostCharacters)]
  })
  print(`\n${table(['file', 'why', 'what was said'], listed)}`)
  if (failures.length > mostListed) print(`and ${failures.length - mostListed} more: --json has all`)
}

function sizesOf({ split, train, validation, test, duplicates, unseen }: Split) {
  const sizes = { split, train: train.length, validation: validation.length, test: test.length, duplicates }
  return { ...sizes, ...(unseen && { unseen }) }
}
