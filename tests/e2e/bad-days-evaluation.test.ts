import { afterEach, describe, it } from 'vitest'
import { endPrograms, expectFailure, start } from './sim2arm-process.ts'

afterEach(endPrograms)

describe('an evaluation that takes minutes, interrupted', () => {
  it.each([
    ['in Rapier', []],
    ['in MuJoCo', ['--world', 'mujoco', '--against', 'rapier']],
    ['of several goals', ['--goals', '3']],
    ['of the recurrent state', ['--readout']],
  ])('ends at once: %s', async (_where, options) => {
    const program = start(['eval', 'push-panda', '--episodes', '10000', ...options, '--json'])
    await program.line(/episodes/)
    program.child.kill('SIGINT')
    await expectFailure(program, 130, 'BRIDGE_INTERRUPTED')
  })
})
