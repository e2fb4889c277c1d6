import { expect, it } from 'vitest'
import { runInProcess } from './run-in-process.ts'

it.each([
  ['--host 0.0.0.0', /--host says nothing about --headless/],
  ['--port 0', /--port says nothing about --headless/],
  ['--token secret', /--token says nothing without --foxglove/],
])('demo --headless %s is refused: there is no page', async (words, message) => {
  const { exitCode, err } = await runInProcess('demo', '--headless', ...words.split(' '))
  expect(exitCode).toBe(2)
  expect(err).toMatch(message)
})
