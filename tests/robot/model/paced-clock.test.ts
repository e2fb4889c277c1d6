import { describe, expect, it } from 'vitest'
import { PacedClock } from '../../../robot/model/paced-clock.ts'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

/** Keeps the machine busy. */
function toil(seconds: number): void {
  const endS = performance.now() / 1000 + seconds
  while (performance.now() / 1000 < endS);
}

describe('time at the pace of another clock', () => {
  it('goes as far as that, from zero on', async () => {
    const real = new VirtualClock(100)
    const clock = new PacedClock(real)
    const seen: number[] = []
    for (const timeS of [0.5, 0.2, 0.2]) clock.schedule(timeS, () => seen.push(clock.now()))
    await real.advanceTo(100.3)
    expect(seen).toEqual([0.2, 0.2])
    expect(clock.now()).toBe(0.2)
    await real.advanceTo(101)
    expect(seen).toEqual([0.2, 0.2, 0.5])
  })

  it('stands still while the machine is busy, and loses nobody’s turn', async () => {
    const clock = new PacedClock(new RealClock())
    const seen: number[] = []
    const every = async (periodS: number) => {
      for (let k = 1; k <= 5; k++) {
        await clock.sleepUntil(k * periodS)
        seen.push(clock.now())
        // As long as all of them together.
        if (k === 2) toil(0.15)
      }
    }
    await every(0.01)
    expect(seen).toEqual([0.01, 0.02, 0.03, 0.04, 0.05])
  })

  it('lets whoever waited for an event go on before the next one, also of the same time', async () => {
    const clock = new PacedClock(new RealClock())
    const seen: string[] = []
    const worker = async (name: string) => {
      await clock.sleepUntil(0.01)
      await Promise.resolve()
      seen.push(`${name} began`)
      await Promise.resolve()
      seen.push(`${name} ended`)
    }
    await Promise.all([worker('a'), worker('b')])
    expect(seen).toEqual(['a began', 'a ended', 'b began', 'b ended'])
  })

  it('forgets what was called off, one by one or all', async () => {
    const real = new VirtualClock()
    const clock = new PacedClock(real)
    const seen: string[] = []
    clock.schedule(0.1, () => seen.push('first')).cancel()
    clock.schedule(0.2, () => seen.push('second'))
    clock.schedule(0.5, () => seen.push('third'))
    await real.advanceTo(0.15)
    expect(seen).toEqual([])
    await real.advanceTo(0.3)
    clock.close()
    await real.advanceTo(1)
    expect(seen).toEqual(['second'])
  })
})
