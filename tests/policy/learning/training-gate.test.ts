import { describe, expect, it } from 'vitest'
import { TrainingGate } from '../../../policy/learning/training-gate.ts'

describe('TrainingGate', () => {
  it('lets nobody pass while it is held, and everybody afterwards', async () => {
    const gate = new TrainingGate(() => 0)
    await gate.pass()
    gate.hold()
    let passed = 0
    const waiting = [1, 2].map(async () => {
      await gate.pass()
      passed++
    })
    await Promise.resolve()
    expect(passed).toBe(0)
    gate.goOn()
    await Promise.all(waiting)
    expect(passed).toBe(2)
    await gate.pass()
  })

  it('does not count the time that it was held', () => {
    let timeS = 10
    const gate = new TrainingGate(() => timeS)
    timeS = 12
    gate.hold()
    gate.hold()
    timeS = 20
    expect(gate.now()).toBe(12)
    gate.goOn()
    gate.goOn()
    timeS = 21
    expect(gate.now()).toBe(13)
  })
})
