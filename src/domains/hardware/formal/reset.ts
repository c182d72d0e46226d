/** An input that resets, and the value that does. */
export interface Reset {
  readonly name: string
  readonly active: 0 | 1
}

const names =
  /^(?:i_?)?(?:a|s|async_?|sync_?|sys_?|global_?|n_?)?_?(?:rst|reset|resetn|rstn|clr|clear)(?:_?n|_?b|_ni|_i|_in)?$/i

/**
 * The resets among the inputs, by their names. One that is not recognised is an ordinary input, which makes the proof
 * more general and never less.
 */
export function resetsOf(inputs: readonly { readonly name: string; readonly width: number }[]): Reset[] {
  return inputs.flatMap(({ name, width }): Reset[] => {
    if (width !== 1 || !(names.test(name) || name === 'ar')) return []
    const low = /(?:n|_b|_ni)$/i.test(name) || /^n_?r/i.test(name)
    return [{ name, active: low ? 0 : 1 }]
  })
}
