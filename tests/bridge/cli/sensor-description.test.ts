import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeNewCalibration } from '../../e2e/nominal-calibration-file.ts'
import { runInProcess } from './run-in-process.ts'

let folder: string
let arm: readonly string[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim2arm-sensor-'))
  const calibration = join(folder, 'arm.yaml')
  writeNewCalibration(calibration)
  const sensor = 'object=rosbridge://127.0.0.1:1/object/pose'
  arm = ['--port', '/dev/null', '--calibration', calibration, '--sensor', sensor]
})
afterAll(() => rmSync(folder, { recursive: true }))

it.each([
  ['deploy', ['scripted', '--goal', '0.25,0.05']],
  ['eval', ['scripted', '--world', 'arm', '--episodes', '1']],
  ['teleop', ['--leader-port', '/dev/zero', '--record', '/dev/null']],
])('%s reads what the object’s messages mean', async (command, more) => {
  const file = join(folder, 'nowhere.yaml')
  const { err, exitCode } = await runInProcess(
    ...[command, ...more, ...arm, '--set', `objectSensor=${file}`],
  )
  expect(err).toMatch(/^CONFIG_FILE_MISSING: .*nowhere\.yaml/m)
  expect(exitCode).toBe(2)
})
