import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import { checkPath, fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { hasFailed, officialFlags } from '../icarus.ts'
import { answerPath } from '../key.ts'
import { tokenize } from '../tokens.ts'
import { compileSeconds, cut, failure, runIn, textAt } from './workbench.ts'

const simulateSeconds = 30
/** Largest waveform that the added dump writes, in bytes; then it stops and the simulation goes on. */
export const waveformBytes = 8 * 1024 ** 2
const waveformPath = '.simulate/waveform.vcd'

const input = z.object({
  testbench: z.string().describe('SystemVerilog text, or the path of a file in the work directory'),
  top: z.string().optional().describe("the testbench's module; found by itself where absent"),
})

/** What the last simulation left behind, for `waveform`. */
export interface LastSimulation {
  /** Where its value change dump is; undefined before the first one. */
  waveform: string | undefined
}

export function simulateDeed(sandbox: Sandbox, module: string, last: LastSimulation) {
  return deed({
    description: `Compiles ${answerPath} with your own testbench and runs it for at most ${simulateSeconds} s. Give the testbench as text, or as the path of a file that you wrote; it instantiates ${module}, prints with $display and ends with $finish. All signals are recorded for the action "waveform".`,
    input,
    async run({ testbench, top }, signal) {
      const isText = /\bmodule\b/.test(testbench)
      const text = isText ? testbench : await textAt(sandbox, testbench)
      if (text === undefined)
        return failure(
          `there is no file ${testbench}; give the testbench's text or the path of a file that you wrote`,
        )
      if ((await sandbox.read(answerPath)) === undefined)
        return failure(`there is no ${answerPath} yet; write it first`)
      const root = top ?? topOf(text)
      if (root === undefined) return failure('the testbench declares no module')
      last.waveform = undefined
      const bench = isText ? '.simulate/testbench.sv' : checkPath(testbench)
      const dumps = dumpsItself(text) ? [] : ['-s', dumpModule, dumpPath]
      await sandbox.write(
        fileSet({ [dumpPath]: dumpOf(root), ...(isText ? { [bench]: text } : {}), [waveformPath]: '' }),
      )
      // The dump first: directives that the others leave open are none of its concern.
      const sources = [...dumps, '-s', root, answerPath, bench]
      const compiled = await runIn(
        sandbox,
        ['iverilog', ...officialFlags, '-o', 'simulation.vvp', ...sources],
        { timeoutSeconds: compileSeconds, signal },
      )
      if (compiled.run.timedOut) return failure(`compiling takes more than ${compileSeconds} s`)
      if (hasFailed(compiled.run, compiled.log))
        return failure(cut(`it does not compile:\n${compiled.log.trim()}`))
      const options = { timeoutSeconds: simulateSeconds, signal }
      const { run, log: all } = await runIn(sandbox, ['vvp', '-n', 'simulation.vvp'], options)
      last.waveform = dumps.length > 0 ? waveformPath : dumpFileIn(all)
      const log = dumps.length > 0 ? all.replace(dumpTalk, '') : all
      if (run.timedOut)
        return failure(
          cut(
            `${log}\nthe simulation did not end within ${simulateSeconds} s: does the testbench call $finish?`,
          ),
        )
      return { ok: run.exitCode === 0, text: cut(log.trim() || 'the simulation ended and printed nothing') }
    },
  })
}

const dumpModule = 'touchstone_dump'
const dumpPath = '.simulate/dump.sv'

/** What Icarus says of the dump that the agent did not ask for. */
const dumpTalk = /^(?:VCD (?:info|warning): |WARNING: Dump file limit \(\d+ bytes\) exceeded\.).*\n?/gm

/** A second root that records the testbench. `top` may hold anything: only a plain name is put into the text. */
function dumpOf(root: string): string {
  const scope = /^[A-Za-z_]\w*$/.test(root) ? `(0, ${root})` : ''
  return `module ${dumpModule};
  initial begin
    $dumpfile("${waveformPath}");
    $dumplimit(${waveformBytes});
    $dumpvars${scope};
  end
endmodule
`
}

function dumpsItself(testbench: string): boolean {
  return tokenize(testbench).tokens.some(({ kind, text }) => kind === 'system' && text === '$dumpvars')
}

/** The file that Icarus says it opened, where it lies in the work directory. */
function dumpFileIn(log: string): string | undefined {
  return /^VCD info: dumpfile (.+) opened for output\.$/m.exec(log)?.[1]
}

/** The module that no other one instantiates is likely the last one declared. */
function topOf(text: string): string | undefined {
  const { tokens } = tokenize(text)
  const named = tokens.filter((token, index) => token.kind === 'name' && tokens[index - 1]?.text === 'module')
  const names = named.map((token) => token.text)
  const used = (name: string) =>
    tokens.filter((token) => token.kind === 'name' && token.text === name).length > 1
  return names.findLast((name) => !used(name)) ?? names.at(-1)
}
