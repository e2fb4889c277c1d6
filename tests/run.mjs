/**
 * All tests, in two runs beside each other: those that emulate an arm in real time, one file after the other,
 * and at the lowest priority, so that they take no deadlines, all others. With arguments: one ordinary run of
 * those. Exit code 0 when everything passed.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const politely = process.platform === 'win32' ? [] : ['nice', '-n', '19']

/** @returns its exit code, and what it wrote where nobody else saw it */
function run(command, stdio) {
  const child = spawn(command[0], command.slice(1), { stdio })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes) => {
      text += bytes
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, text: String(error) }))
    child.on('close', (code) => resolve({ code: code ?? 1, text }))
  })
}

const tests = (...args) => [process.execPath, vitest, 'run', ...args]
const args = process.argv.slice(2)
// Ctrl-C reaches both runs by itself; they say how far they came.
process.on('SIGINT', () => {})
if (args.length > 0) {
  process.exitCode = (await run(tests(...args), 'inherit')).code
} else {
  process.stdout.write('Tests in real time run beside these; what they found comes last.\n')
  const [others, realTime] = await Promise.all([
    run([...politely, ...tests('--project=!real-time')], 'inherit'),
    run(tests('--project=real-time'), ['ignore', 'pipe', 'pipe']),
  ])
  process.stdout.write(others.text + realTime.text)
  process.exitCode = others.code || realTime.code
}
