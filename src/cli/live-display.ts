import { createLogUpdate } from 'log-update'
import pc from 'picocolors'

export interface Display<Progress, News> {
  onProgress(progress: Progress, news: News): void
  end(): void
}

/**
 * A block on stderr that is drawn again and again, with lines above it for what needs a look. `lineOf` gives nothing
 * for what only counts.
 */
export function liveDisplay<Progress, News>(
  blockOf: (progress: Progress, columns: number) => string,
  lineOf: (news: News) => string | undefined,
): Display<Progress, News> {
  const update = createLogUpdate(process.stderr)
  let last: Progress | undefined
  const draw = () => last && update(blockOf(last, process.stderr.columns ?? 80))
  // Drawn at a steady pace and not at each of perhaps thousands of trials a second.
  const timer = setInterval(draw, 200)
  timer.unref()
  return {
    onProgress(progress, news) {
      last = progress
      const line = lineOf(news)
      if (line === undefined) return
      update.clear()
      process.stderr.write(`${line}\n`)
      draw()
    },
    end() {
      clearInterval(timer)
      draw()
      update.done()
    },
  }
}

/** How much is done, as a bar that fits beside its figures. */
export function barOf(done: number, planned: number, columns: number): string {
  const width = Math.max(10, Math.min(40, columns - 40))
  const filled = planned === 0 ? 0 : Math.floor((done / planned) * width)
  return pc.green('█'.repeat(filled)) + pc.dim('░'.repeat(width - filled))
}
