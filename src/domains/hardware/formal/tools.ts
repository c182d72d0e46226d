import type { Tool } from '../../../core/domain.ts'

export const abcTool: Tool = {
  name: 'berkeley-abc',
  apt: 'berkeley-abc',
  versionArgv: ['berkeley-abc', '-h'],
  versionPattern: /ABC (\d+[.\d]*)/,
}
