import { expect, it } from 'vitest'
import { runInProcess } from './run-in-process.ts'

it.each([[['/nowhere/a']], [['/nowhere/a', '/nowhere/b']]])(
  'a scan that no port answers to ends as a failure: %j',
  async (paths) => {
    const ports = paths.flatMap((path) => ['--port', path])
    const { exitCode, out } = await runInProcess('scan', ...ports, '--json')
    expect(exitCode).toBe(3)
    expect(out.trim().split('\n')).toHaveLength(1)
    const last = paths.at(-1)
    expect(JSON.parse(out)).toMatchObject({
      ...{ type: 'result', exitCode: 3 },
      error: { code: 'ROBOT_PORT_MISSING', message: expect.stringContaining(last!) },
    })
  },
)
