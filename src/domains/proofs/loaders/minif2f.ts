import type { SuiteLoader } from '../../../core/domain.ts'
import { leanSuite } from './lean/suite.ts'
import { holesIn } from './rocq/holes.ts'
import { treeOf } from './tree.ts'

/**
 * miniF2F (https://arxiv.org/abs/2109.00110): statements of competitions, in Lean 4 or in Rocq, whichever the directory
 * has. The variants are `valid` and `test`.
 */
export const miniF2F: SuiteLoader = {
  name: 'minif2f',
  async load(directory, options) {
    const { paths } = await treeOf(directory, ['.lean', '.jsonl', '.v'])
    const { variant } = options
    const inRocq = paths.filter((path) => path.endsWith('.v')).length
    if (inRocq > paths.length - inRocq && isSplit(variant))
      return await holesIn(directory, {
        name: variant === undefined ? 'minif2f-rocq' : `minif2f-rocq-${variant}`,
        title: 'miniF2F in Rocq',
        mayUseHoles: false,
        ...(variant !== undefined && { split: variant }),
      })
    return await leanSuite(
      {
        name: 'minif2f',
        title: 'miniF2F in Lean 4',
        licence: 'of the port',
        ports: 'https://github.com/yangky11/miniF2F-lean4',
      },
      directory,
      options,
    )
  },
}

const isSplit = (variant: string | undefined) =>
  variant === undefined || variant === 'valid' || variant === 'test'
