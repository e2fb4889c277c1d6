import { expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { nominalValues } from '../../../sim/randomization/draw.ts'
import { createPhysics } from '../../../sim/randomization/draw-physics.ts'
import { RandomPushes } from '../../../sim/world/random-pushes.ts'
import { model, onArm } from '../push-setup.ts'

const PERIOD_S = 0.04

function setting(pushesPerS: number) {
  const values = nominalValues(model, onArm)
  values.pushesPerS[0] = pushesPerS
  values.objectPushMPerS[0] = 0.3
  values.toolPushN[0] = 2
  const physics = createPhysics(model, onArm)
  physics.objects[0]!.massKg = 0.1
  return { values, physics, stream: new RandomStream(1), pushes: new RandomPushes(1, PERIOD_S) }
}

it('come as often as asked for, sideways, as strong as asked for at most, and end after a period', () => {
  const { values, physics, stream, pushes } = setting(0.5)
  const { tool, objects } = pushes.disturbance
  // What changes an object of 0.1 kg by 0.3 m/s within 40 ms.
  const mostN = (0.1 * 0.3) / PERIOD_S
  let numPushes = 0
  let strongest = 0
  const periods = 25_000
  for (let k = 0; k < periods; k++) {
    const isNew = pushes.next(values, physics, stream)
    const force = Math.hypot(objects[0]![0]!, objects[0]![1]!)
    if (!isNew) expect(force).toBe(0)
    expect(force).toBeLessThanOrEqual(mostN)
    expect(Math.hypot(tool[0]!, tool[1]!)).toBeLessThanOrEqual(2)
    expect(objects[0]![2]).toBe(0)
    if (force > 0) numPushes++
    strongest = Math.max(strongest, force)
  }
  // 0.5 per second over 1,000 s, with four standard deviations.
  expect(Math.abs(numPushes - 500)).toBeLessThan(4 * Math.sqrt(500))
  expect(strongest).toBeGreaterThan(0.97 * mostN)
})

it('never come without being asked for, and cost no random numbers', () => {
  const { values, physics, stream, pushes } = setting(0)
  for (let k = 0; k < 100; k++) expect(pushes.next(values, physics, stream)).toBe(false)
  expect(stream.position).toBe(0)
})
