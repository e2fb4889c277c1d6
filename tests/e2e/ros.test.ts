import { afterAll, describe, expect, it } from 'vitest'
import { isRosSourced } from '../../bridge/ros/load-rclnodejs.node.ts'
import { endPrograms, expectFailure, run, start } from './sim2arm-process.ts'

const isSourced = isRosSourced(process.env)
const whyNot = isSourced ? '' : ' (skipped: no ROS 2 is sourced)'
/** A shell in which no ROS 2 is sourced. */
const bare = { ...process.env, ROS_DISTRO: undefined, AMENT_PREFIX_PATH: undefined }

afterAll(endPrograms)

describe('an arm behind ROS 2', () => {
  it('is pushed with by the shipped policy through driver ros and an emulated controller', async () => {
    const words = ['eval', 'push-panda', '--world', 'twin', '--reality', 'panda-nominal']
    const program = await run(...words, '--episodes', '4', '--json')
    expect(await program.ended, program.stderr).toBe(0)
    const result = program.events.at(-1)! as unknown as {
      success: Record<string, { rate: number }>
      faults: number
    }
    // 4 of 4 when this was written.
    expect(result.success['0.05']!.rate).toBe(1)
    expect(result.faults).toBe(0)
  })

  it.each([
    ['twin', 'panda'],
    ['deploy', 'push-panda'],
    ['deploy', 'push-panda', '--driver', 'ros', '--goal', '0.5,0.1'],
  ])('is not to be had where ROS 2 is not sourced: sim2arm %s %s %s', async (...words) => {
    const program = start([...words, '--json'], bare)
    await expectFailure(program, 2, 'BRIDGE_ROS_MISSING', /setup\.bash/)
  })

  it('takes --ros-args only where they mean something', async () => {
    const args = ['--ros-args', '-r', 'a:=b']
    const program = await run('eval', 'push-panda', '--json', ...args)
    await expectFailure(program, 2, 'BRIDGE_USAGE', /ros-args/)
    const serial = ['deploy', 'push-so101', '--port', '/dev/null', '--json']
    await expectFailure(await run(...serial, ...args), 2, 'BRIDGE_USAGE', /add --ros/)
  })
})

describe('ROS 2 of this machine', () => {
  it.skipIf(!isSourced)(
    `carries push-panda between two processes, in real time${whyNot}`,
    async () => {
      const twin = start([
        ...['twin', 'panda', '--reality', 'panda-nominal', '--episodes', '5', '--json'],
      ])
      await twin.event('ready')
      const deployment = start(['deploy', 'push-panda', '--json'])
      await deployment.event('started')
      await twin.line(/"type":"episode","episode":4/)
      deployment.child.kill('SIGINT')
      expect(await deployment.ended, deployment.stderr).toBe(130)
      twin.child.kill('SIGINT')
      await twin.ended
      const verdicts = twin.events.filter(({ type }) => type === 'episode')
      const reached = verdicts.filter((each) => (each['finalDistanceM'] as number) < 0.05)
      expect(reached.length).toBeGreaterThanOrEqual(4)
    },
  )
})
