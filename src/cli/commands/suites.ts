import type { Command } from 'commander'
import { print, printJson, table } from '../output.ts'
import { loadOptionsOf, type SuiteFlags, suiteOptions } from '../suite-options.ts'

export function addSuites(program: Command): void {
  const command = program
    .command('suites')
    .description('list suites, or the tasks of one')
    .argument('[suite]', 'a shipped suite, a directory with a suite.toml, or LOADER=DIRECTORY-OR-GIT-ADDRESS')
    .option('--json', 'one JSON document on stdout')
  suiteOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ touchstone suites
  $ touchstone suites hardware-basics
  $ touchstone suites verilog-eval=https://github.com/NVlabs/verilog-eval --variant code-complete`,
    )
    .action(async (name: string | undefined, flags: SuiteFlags & { json?: boolean }) => {
      const { allDomains } = await import('../../domains/registry.ts')
      const { openSuite, shippedSuites } = await import('../../domains/suites.ts')
      const { safeText } = await import('../../pages/text.ts')
      const options = loadOptionsOf(flags)
      if (name === undefined) {
        const suites = await Promise.all((await shippedSuites()).map((each) => openSuite(each, options)))
        const loaders = (await allDomains()).flatMap((domain) => domain.loaders.map((loader) => loader.name))
        if (flags.json) return printJson({ suites: suites.map(summaryOf), loaders })
        print(
          table(
            ['suite', 'tasks', 'version', 'licence', 'about'],
            suites.map((suite) => [
              suite.name,
              String(suite.tasks.length),
              suite.version,
              suite.licence,
              suite.description,
            ]),
          ),
        )
        print(`\nBenchmarks read from their own layout, as LOADER=DIRECTORY: ${loaders.join(', ')}`)
        return
      }
      const suite = await openSuite(name, options)
      if (flags.json) {
        const tasks = suite.tasks.map(({ load, ...about }) => about)
        return printJson({ ...summaryOf(suite), tasks, unavailable: suite.unavailable ?? [] })
      }
      const about = `${suite.name} ${suite.version} · ${suite.licence} · ${suite.tasks.length} tasks`
      print(safeText(`${about}\n${suite.description}\n`, true))
      const shown = columns.filter(({ of }) => suite.tasks.some((task) => of(task) !== ''))
      print(
        table(
          shown.map(({ head }) => head),
          suite.tasks.map((task) => shown.map(({ of }) => safeText(of(task)))),
        ),
      )
      for (const line of countsOf(suite)) print(safeText(line, true))
    })
}

/** Of a list of tasks; one in which no task has anything is left out. */
const columns: readonly { head: string; of: (task: import('../../core/task.ts').TaskEntry) => string }[] = [
  { head: 'task', of: ({ id }) => id },
  { head: 'category', of: ({ category = '' }) => category },
  { head: 'difficulty', of: ({ difficulty = '' }) => difficulty },
  { head: 'service', of: ({ live }) => (live ? 'live' : '') },
  { head: 'title', of: ({ title }) => title },
]

/** How many tasks there are of each category, and how many cannot be tried here for which reason. */
function countsOf({ tasks, unavailable = [] }: import('../../core/task.ts').Suite): string[] {
  const categories = tasks.flatMap(({ category }) => category ?? [])
  const kinds = unavailable.map(({ kind }) => kind)
  const counted = (title: string, all: readonly string[]) => {
    const names = [...new Set(all)].sort()
    return names.length === 0
      ? []
      : [
          `\n${title}: ${names.map((name) => `${name} ${all.filter((each) => each === name).length}`).join(', ')}`,
        ]
  }
  return [
    ...counted('By category', categories),
    ...counted(`Cannot be tried here (${unavailable.length}; --json has all names and reasons)`, kinds),
  ]
}

function summaryOf(suite: import('../../core/task.ts').Suite) {
  const { name, version, description, licence, source, tasks } = suite
  return { name, version, description, licence, source, count: tasks.length }
}
