/** Reports one run and prints what that took, as JSON. */
import { reportOf } from '../src/runs/report/report.ts'

const [directory = '.', flag] = process.argv.slice(2)
const startedAt = performance.now()
const report = await reportOf(directory)
if (flag === 'page') {
  const { reportPage } = await import('../src/runs/report/page/page.ts')
  if (!reportPage(report).includes('</html>')) throw new Error('the page is cut off')
}
const seconds = (performance.now() - startedAt) / 1000
console.log(JSON.stringify({ seconds, rssMiB: process.resourceUsage().maxRSS / 1024, judged: report.judged }))
