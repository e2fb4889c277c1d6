import { expect, it } from 'vitest'
import { runInProcess } from './run-in-process.ts'

it.each([
  ['--lerobot', './x.yaml'],
  ['--touch', '--camera', 'x.yaml'],
])('calibrate --out x.yaml %s %s %s is refused: one would replace the other', async (...words) => {
  const given = ['calibrate', '--port', '/nowhere', '--out', 'x.yaml', ...words.filter(Boolean)]
  const { err, exitCode } = await runInProcess(...given)
  expect(exitCode).toBe(2)
  expect(err).toContain('BRIDGE_USAGE: ')
  expect(err).toContain('cannot be two files at once')
})

it.each([
  '--calibration y.yaml',
  '--sheet table-sheet',
  '--sensor object=rosbridge://127.0.0.1:9090/object/pose',
  '--camera camera.yaml',
])('calibrate %s is refused without --touch, before the port is opened', async (words) => {
  const [flag, value] = words.split(' ') as [string, string]
  const given = ['calibrate', '--port', '/nowhere', '--out', 'x.yaml', flag, value]
  const { err, exitCode } = await runInProcess(...given)
  expect(exitCode).toBe(2)
  expect(err).toContain(`BRIDGE_USAGE: ${flag} says nothing without --touch`)
})
