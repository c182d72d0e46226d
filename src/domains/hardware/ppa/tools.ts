import type { Tool } from '../../../core/domain.ts'

/** The cell library, a typical 180 nm process at 1.8 V from Oklahoma State University. */
export const libraryPath = '/usr/share/qflow/tech/osu018/osu018_stdcells.lib'

const onlyFor = 'power, performance and area'

/** What power, performance and area take. A design is judged for its function by the first of them alone. */
export const ppaTools: readonly Tool[] = [
  {
    name: 'yosys',
    apt: 'yosys',
    versionArgv: ['yosys', '-V'],
    versionPattern: /Yosys (\d+[.\d]*)/,
    minimum: '0.23',
  },
  {
    name: 'osu018',
    apt: 'qflow-tech-osu018',
    onlyFor,
    versionArgv: ['dpkg-query', '-W', '-f=$' + '{Version}', 'qflow-tech-osu018'],
    versionPattern: /(\d+(?:\.\d+)*)/,
  },
  {
    name: 'sta',
    apt: 'opensta',
    onlyFor,
    versionArgv: ['sta', '-version'],
    versionPattern: /(\d+(?:\.\d+)+)/,
  },
  {
    name: 'nextpnr-ice40',
    apt: 'nextpnr-ice40',
    onlyFor,
    versionArgv: ['nextpnr-ice40', '--version'],
    versionPattern: /Version (\d+[.\d]*)/,
  },
]

/** The version that a tool prints of itself; `unknown` where it prints none. */
export function versionIn(output: string, name: string): string {
  return ppaTools.find((tool) => tool.name === name)?.versionPattern.exec(output)?.[1] ?? 'unknown'
}
