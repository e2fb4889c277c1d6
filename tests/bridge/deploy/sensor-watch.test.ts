import { expect, it } from 'vitest'
import { SensorWatch } from '../../../bridge/deploy/sensor-watch.ts'
import { createControlSpec } from '../../../robot/io/spec.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { armSection } from '../../../sim/tasks/resolve-task.ts'
import { model } from '../../sim/push-setup.ts'
import { deployConfig } from './loop-setup.ts'

/** Whether an object counts as lost that was seen so far from the tool, so long ago. */
async function isLost(task: string, distanceM: number, ageS: number): Promise<boolean> {
  const clock = new VirtualClock()
  const object = { xM: 0.2, yM: 0, zM: 0, yawRad: 0, ageS: 0.05, isFresh: true }
  const spec = createControlSpec(model, armSection(loadTask(task), 'so101').control)
  const watch = new SensorWatch({ clock, config: deployConfig, spec, objects: [] }, [object])
  watch.begin()
  watch.look(Float64Array.of(0.2 + distanceM, 0, 0.05))
  await clock.advanceTo(ageS)
  Object.assign(object, { ageS, isFresh: false })
  watch.look(Float64Array.of(0.2, 0, 0.05))
  return watch.isLost
}

it('what a gripper covers is not lost while it may hold it, what is seen nowhere near it is', async () => {
  expect(await isLost('lift', 0.05, 8)).toBe(false)
  // One second, as everywhere, beside the 15 s of a covering hand.
  expect(await isLost('lift', 0.05, 16.1)).toBe(true)
  expect(await isLost('lift', 0.1, 1.1)).toBe(true)
})

it('a closed hand covers nothing that it could hold', async () => {
  expect(await isLost('push', 0.01, 1.1)).toBe(true)
  expect(await isLost('push', 0.01, 0.9)).toBe(false)
})
