import { execa } from 'execa'
import { ppaTools } from './tools.ts'

/** Which programs a test cannot do without and are not here, for its title; empty where all are. */
export async function missingHere(): Promise<string> {
  const absent: string[] = []
  for (const { name, versionArgv, versionPattern } of ppaTools) {
    const [program = '', ...rest] = versionArgv
    const { all } = await execa(program, rest, { reject: false, all: true })
    if (!versionPattern.test(all ?? '')) absent.push(name)
  }
  return absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} not installed)`
}
