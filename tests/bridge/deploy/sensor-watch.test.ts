import { expect, it } from 'vitest'
import { SensorWatch } from '../../../bridge/deploy/sensor-watch.ts'
import type { ObjectMeasurement } from '../../../robot/io/observation.ts'
import { createControlSpec } from '../../../robot/io/spec.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { armSection } from '../../../sim/tasks/resolve-task.ts'
import { model } from '../../sim/push-setup.ts'
import { deployConfig } from './loop-setup.ts'

function watchFor(task: string, clock: VirtualClock, object: ObjectMeasurement): SensorWatch {
  const spec = createControlSpec(model, armSection(loadTask(task), 'so101').control)
  return new SensorWatch({ clock, config: deployConfig, spec, objects: [] }, [object])
}

const seenJustNow = (): ObjectMeasurement => ({
  ...{ xM: 0.2, yM: 0, zM: 0, yawRad: 0, ageS: 0.05, isFresh: true },
})

/** Whether an object counts as lost that was seen so far from the tool, so long ago. */
async function isLost(task: string, distanceM: number, ageS: number): Promise<boolean> {
  const clock = new VirtualClock()
  const object = seenJustNow()
  const watch = watchFor(task, clock, object)
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

it('between episodes nobody misses an object, from the next one on it is waited for anew', async () => {
  const clock = new VirtualClock()
  const object = seenJustNow()
  const watch = watchFor('lift', clock, object)
  watch.begin()
  watch.look(Float64Array.of(0.2, 0, 0.05))
  watch.rest()
  await clock.advanceTo(40)
  Object.assign(object, { ageS: 40, isFresh: false })
  expect(watch.ageS).toBe(0)
  watch.begin()
  await clock.advanceTo(40.5)
  Object.assign(object, { ageS: 40.5 })
  expect(watch.ageS).toBeCloseTo(0.5, 9)
  // Known no better, it is nothing to act on.
  expect(watch.isLost).toBe(true)
})
