/**
 * `ARM_PORT=/dev/ttyACM0 ARM_CALIBRATION=my_arm.yaml npm run test:hardware`: the driver's contract on a real arm.
 * ARM names it (default so101). It asks first; `--yes` is for an emulated arm.
 */
import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline/promises'

const { ARM = 'so101', ARM_CALIBRATION, ARM_PORT } = process.env
const PROMISE = `The ${ARM} at ${ARM_PORT} will move each joint by 6 degrees and back, and go limp at the end.
It must lie in its park pose, with nothing near it and a hand at the plug. Type yes to start: `

function refuse(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

if (ARM_PORT === undefined || ARM_CALIBRATION === undefined) {
  refuse('BRIDGE_USAGE: ARM_PORT and ARM_CALIBRATION are needed. Hint: sim2arm scan finds the port')
}
if (!process.argv.includes('--yes')) {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(PROMISE)
  lines.close()
  if (answer.trim() !== 'yes') refuse('BRIDGE_USAGE: not started. Hint: it takes the word yes')
}
const env = { ...process.env, SIM2ARM_HARDWARE: '1' }
const args = ['vitest', 'run', '--project', 'hardware', '--bail', '1']
const { status } = spawnSync('npx', args, { stdio: 'inherit', env })
process.exit(status ?? 1)
