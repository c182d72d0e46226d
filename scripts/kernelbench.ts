// Looks at every problem of a KernelBench checkout: sh scripts/with-node.sh scripts/kernelbench.ts DIRECTORY FILE [VARIANT] [--no-lint]
// With --tables FILE… it prints the tables of docs/kernelbench.md from what was written instead.
import { parseArgs } from 'node:util'
import { readVariant } from '../src/domains/kernels/loaders/kernelbench.ts'
import { problemsIn } from '../src/domains/kernels/loaders/problems.ts'
import { torchPython } from '../src/domains/kernels/python.ts'
import { Analyst } from '../src/domains/kernels/shapes/analyst.ts'
import { readSurvey, survey } from '../src/domains/kernels/shapes/survey.ts'
import { tablesOf } from '../src/domains/kernels/shapes/tables.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tables: { type: 'boolean' }, 'no-lint': { type: 'boolean' } },
})
if (values.tables) {
  const surveys = await Promise.all(positionals.map(readSurvey))
  process.stdout.write(tablesOf(surveys.filter((lines) => lines.length > 0)))
} else {
  const [directory = '.', file = 'kernelbench.jsonl', variant] = positionals
  const { level, budget } = readVariant(variant)
  const problems = (await problemsIn(directory, level)).filter((problem) => problem.level !== 4)
  const { torch } = await torchPython()
  await using backend = await bubblewrap()
  await using lab = openLab(backend, { seed: 'survey', signal: new AbortController().signal })
  await using analyst = await Analyst.start(lab)
  await survey({
    problems,
    budget,
    torch,
    file,
    analyst,
    lints: () => !values['no-lint'],
    onProblem: (done, { id, analysis, lint }) => {
      const how =
        'unavailable' in analysis ? analysis.unavailable.kind : analysis.scaled ? 'scaled' : 'as given'
      const kinds = [...new Set(lint?.findings.map(({ kind }) => kind))].join(' ')
      process.stderr.write(
        `${done}/${problems.length} ${id} ${how} ${analysis.seconds.toFixed(1)} s ${kinds}\n`,
      )
    },
  })
}
