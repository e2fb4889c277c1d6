import { expect, it } from 'vitest'
import { runInProcess } from './run-in-process.ts'

it.each([
  ['physics --workers 2 --task lfit', /^CONFIG_UNKNOWN_NAME: .*lfit.*Hint: did you mean lift/],
  ['physics --workers 2 --arm kich', /^CONFIG_UNKNOWN_NAME: .*kich.*Hint: did you mean koch/],
  ['physics --workers 2 --randomization wied', /^CONFIG_UNKNOWN_NAME: .*wied/],
])('bench %s looks for what it is told', async (words, message) => {
  const { exitCode, err } = await runInProcess('bench', ...words.split(' '))
  expect(exitCode).toBe(2)
  expect(err).toMatch(message)
})

it.each([
  ['physics --workers 2 --arms 1,2', /takes one --arms, found 1,2\. Hint: several .* physics/],
  ['memory --arms 1,2', /bench memory takes one --arms, found 1,2/],
  ['endurance --arms 4,8', /bench endurance takes one --arms, found 4,8/],
  ['faults --reality nominal --reality workshop', /takes one --reality.*several go with arm/],
  ['soak --reality nominal --reality workshop', /bench soak takes one --reality/],
  ['physics --peer mujoco --task lift', /MuJoCo’s own library is compared on pushes only/],
])('bench %s is refused before anything is timed', async (words, message) => {
  const { exitCode, err, out } = await runInProcess('bench', ...words.split(' '), '--json')
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringMatching(message) })
  expect(out.split('\n')).toHaveLength(2)
})

it('bench faults --resume takes a file of its rows', async () => {
  const { exitCode, err } = await runInProcess('bench', 'faults', '--resume', 'configs')
  expect(exitCode).toBe(2)
  expect(err).toMatch(/^BRIDGE_DISK: cannot read configs/)
})
