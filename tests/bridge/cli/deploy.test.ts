import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { nominalCalibrationFile } from '../../../robot/calibration/calibration.ts'
import { saveCalibration } from '../../../robot/calibration/load-calibration.node.ts'
import { so101 } from '../../robot/bus/twin-arm.ts'
import { runInProcess } from './run-in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'sim2arm-deploy-'))
afterAll(() => rmSync(folder, { recursive: true }))

it.each([
  ['--driver sim --port /dev/ttyACM0', /--port says nothing about --driver sim/],
  ['--driver sim --calibration arm.json', /--calibration says nothing about --driver sim/],
  ['--driver sim --ros', /--ros says nothing about --driver sim/],
  ['--reality nominal', /--reality says nothing about --driver serial/],
  ['--driver sim --token secret', /--token says nothing without --view or --foxglove/],
  ['--driver sim --goal 0.25,0.05 --sensor goal=sim:', /--goal and --sensor goal=… are two goals/],
  ['--driver ros --port /dev/ttyACM0', /--port says nothing about --driver ros/],
])('deploy %s is refused before anything is opened', async (words, message) => {
  const { exitCode, err } = await runInProcess('deploy', 'push-so101', ...words.split(' '))
  expect(exitCode).toBe(2)
  expect(err).toMatch(message)
})

it('deploy refuses a goal where its task is not played, and a file that could not be written at the end', async () => {
  const astray = await runInProcess('deploy', 'push-so101', '--driver', 'sim', '--goal', '9,0.05')
  expect(astray.exitCode).toBe(2)
  expect(astray.err).toMatch(/^ROBOT_UNREACHABLE: the goal 9, 0\.05 m/m)
  const words = ['deploy', 'push-so101', '--driver', 'sim', '--sensor-out', '/nowhere/at/all.yaml']
  const lost = await runInProcess(...words)
  expect(lost.exitCode).toBe(2)
  expect(lost.err).toMatch(/^BRIDGE_DISK: cannot write \/nowhere/m)
})

it.each([
  ['joints=camera:', /a camera sees objects, not what joints is/],
  ['goal=camera:', /a camera sees objects, not what goal is/],
  ['elbow=sim:', /no sensor named "elbow".*object, goal, joints, gripper, stop/],
  ['object=simulation', /expected a sensor address, found "simulation"/],
])('deploy --sensor %s is refused', async (sensor, message) => {
  const words = ['deploy', 'push-so101', '--driver', 'sim', '--sensor', sensor]
  const { exitCode, err } = await runInProcess(...words)
  expect(exitCode).toBe(2)
  expect(err).toMatch(message)
})

it.each([
  [[], true],
  [['--shadow'], false],
])('deploy %j announces that an unproven calibration is tried: %s', async (more, isTried) => {
  const calibration = join(folder, 'unproven.yaml')
  const made = nominalCalibrationFile(so101, '2026-01-31T12:00:00Z')
  const { gripper } = made.joints
  // Numbers that no arm has run with, on any machine.
  const joints = { ...made.joints, gripper: { ...gripper!, maxTicks: gripper!.maxTicks - 37 } }
  saveCalibration(calibration, { ...made, joints })
  const { exitCode, out } = await runInProcess(
    ...['deploy', 'push-so101', '--port', join(folder, 'no-port'), '--calibration', calibration],
    ...['--sensor', 'object=rosbridge://127.0.0.1:9/object/pose', '--goal', '0.25,0.05', ...more],
  )
  // There is no such port.
  expect(exitCode).not.toBe(0)
  expect(/every joint is tried/.test(out)).toBe(isTried)
})
