import { expect, it } from 'vitest'
import { benchLoop } from '../../../bridge/bench/bench-loop.ts'
import { loadDeployConfig } from '../../../bridge/deploy/load-deploy-config.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { taskOnArm } from '../../../sim/tasks/resolve-task.ts'
import { so101 } from '../../sim/push-setup.ts'
import { runInProcess } from '../cli/run-in-process.ts'

const DURATION_S = 1

it.each(['push', 'lift', 'pick-place', 'stack'])('times the loop of %s', async (name) => {
  const clock = new VirtualClock()
  const task = loadTask(name)
  const { signal } = new AbortController()
  const config = loadDeployConfig('so101')
  const options = { arm: so101, task, config, clock, durationS: DURATION_S, signal }
  const { policySteps, seconds } = await clock.run(() => benchLoop(options))
  expect(seconds).toBeGreaterThanOrEqual(DURATION_S)
  const { policyRateHz } = taskOnArm(task, 'so101').control
  expect(Math.abs(policySteps - policyRateHz * seconds)).toBeLessThan(3)
})

it.each(['reach', 'push-pose', 'push-tee', 'push-clutter'])(
  'refuses %s, which is not deployed',
  async (task) => {
    const { exitCode, err } = await runInProcess('bench', 'loop', '--task', task)
    expect(exitCode).toBe(2)
    expect(err).toMatch(new RegExp(`^POLICY_MISMATCH: .* ${task}: an arm is deployed on`))
  },
)
