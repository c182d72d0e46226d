#!/usr/bin/env node
// The entry of the command line, in plain JavaScript that old Nodes can read: where this Node is older than 24, it
// runs itself again under the Node 24 that `npm run setup` fetched.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Before anything of ours is imported: stripping types and compiling are then done once and not at each start.
  module.enableCompileCache?.()
  const { main } = await import(
    existsSync(at('src/cli/main.ts')) ? '../src/cli/main.ts' : '../dist/cli/main.js'
  )
  await main(process.argv)
} else {
  const node = at(`.tools/node_modules/node-linux-${process.arch}/bin/node`)
  if (!existsSync(node)) {
    console.error(`touchstone needs Node 24 or newer, and this is ${process.version}. Type: npm run setup`)
    process.exit(3)
  }
  // The channel tells the child when this process is gone, however it went; then it stops as for Ctrl-C.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // A terminal's Ctrl-C reaches the child by itself; this process only waits for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
