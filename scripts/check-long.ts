/** The checks that take longer than `npm test` should (docs/testing.md). Arguments go to vitest. */
import { execa } from 'execa'

const done = await execa(
  'npx',
  ['--no-install', 'vitest', 'run', '--config', 'vitest.long.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', reject: false },
)
process.exitCode = done.exitCode ?? 1
