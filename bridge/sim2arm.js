#!/usr/bin/env node
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
const main = new URL('../dist/bridge/cli/main.js', import.meta.url)

if (major < 20 || (major === 20 && minor < 20)) {
  console.error(
    `BRIDGE_USAGE: expected Node 20.20, 22 or 24, found ${process.version}. Hint: https://nodejs.org`,
  )
  process.exitCode = 2
} else if (!existsSync(main)) {
  console.error('BRIDGE_USAGE: sim2arm is not built. Hint: run npm run build')
  process.exitCode = 2
} else {
  const { main: start } = await import(main.href)
  await start()
}
