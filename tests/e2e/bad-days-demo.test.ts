import { afterEach, describe, expect, it } from 'vitest'
import {
  childrenOf,
  endPrograms,
  expectFailure,
  isRunning,
  type Program,
  start,
  until,
} from './sim2arm-process.ts'

const SCRIPTED = ['--reality', 'nominal', '--json']
const DEMO = ['demo', '--policy', 'scripted', '--headless', ...SCRIPTED]

afterEach(endPrograms)

/** The process of the emulated arm. */
async function twinOf(program: Program): Promise<number> {
  await until(() => childrenOf(program.child.pid!).length > 0, 'the twin is started')
  return childrenOf(program.child.pid!)[0]!
}

const isGone = (pid: number) => until(() => !isRunning(pid), 'the twin is gone')

describe.skipIf(process.platform === 'win32')('the demo', () => {
  it('ends at Ctrl-C with a summary, and its arm with it', async () => {
    const program = start(DEMO)
    await program.event('started')
    const twin = await twinOf(program)
    program.child.kill('SIGINT')
    expect(await program.ended, program.stderr).toBe(130)
    expect(program.events.at(-1)).toMatchObject({ type: 'result', world: 'twin', episodes: 0 })
    expect(isRunning(twin)).toBe(false)
  })

  it('ends at Ctrl-C while its arm is still starting', async () => {
    const program = start(DEMO)
    const twin = await twinOf(program)
    program.child.kill('SIGINT')
    await expectFailure(program, 130, 'BRIDGE_INTERRUPTED')
    expect(isRunning(twin)).toBe(false)
  })

  it('takes its arm with it when it is killed', async () => {
    const program = start(DEMO)
    await program.event('started')
    const twin = await twinOf(program)
    program.child.kill('SIGKILL')
    await isGone(twin)
  })

  it('takes its arm with it when it is killed while that is still starting', async () => {
    const program = start(['eval', 'scripted', '--world', 'twin', '--real-time', ...SCRIPTED])
    const twin = await twinOf(program)
    program.child.kill('SIGKILL')
    await isGone(twin)
  })

  it('ends with a reason when its arm is gone', async () => {
    const program = start(DEMO)
    await program.event('started')
    process.kill(await twinOf(program), 'SIGKILL')
    await program.ended
    const code = /ROBOT_PORT_LOST/.test(program.stderr)
      ? 'ROBOT_PORT_LOST'
      : 'BRIDGE_CONNECTION_LOST'
    await expectFailure(program, 3, code)
  })
})
