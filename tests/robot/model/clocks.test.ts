import { describe, expect, it } from 'vitest'
import { RealClock } from '../../../robot/model/real-clock.node.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

describe('virtual time', () => {
  it('interleaves async tasks by their wake-up times, whatever they await in between', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const tick = async (name: string, periodS: number): Promise<void> => {
      for (let count = 1; count <= 3; count++) {
        await clock.sleepUntil(count * periodS)
        for (let deep = 0; deep < 20; deep++) await Promise.resolve()
        log.push(`${name}@${clock.now()}`)
      }
    }
    await clock.run(() => Promise.all([tick('a', 2), tick('b', 3)]))
    // At 6 both wake: b was scheduled first, at 3, then a, at 4.
    expect(log).toEqual(['a@2', 'b@3', 'a@4', 'b@6', 'a@6', 'b@9'])
    expect(clock.now()).toBe(9)
  })

  it('runs events of one time in the order they were scheduled, and none that was cancelled', async () => {
    const clock = new VirtualClock()
    const log: number[] = []
    for (let index = 0; index < 50; index++) {
      const event = clock.schedule(1, () => log.push(index))
      if (index % 2 === 1) event.cancel()
    }
    await clock.advanceTo(1)
    expect(log).toEqual(Array.from({ length: 25 }, (_, index) => 2 * index))
  })

  it('rejects a sleep that is aborted', async () => {
    const clock = new VirtualClock()
    const abort = new AbortController()
    const sleep = clock.sleepUntil(10, abort.signal)
    clock.schedule(1, () => abort.abort(new Error('enough')))
    await expect(clock.run(sleep)).rejects.toThrow('enough')
    expect(clock.now()).toBe(1)
  })

  it('passes on what the task threw', async () => {
    const clock = new VirtualClock()
    const task = async (): Promise<void> => {
      await clock.sleepUntil(1)
      throw new Error('from the task')
    }
    await expect(clock.run(task)).rejects.toThrow('from the task')
  })

  it('says so when the task waits for something that never comes', async () => {
    const clock = new VirtualClock()
    await expect(clock.run(new Promise(() => {}))).rejects.toMatchObject({
      code: 'ROBOT_CLOCK_STALLED',
    })
  })
})

describe('real time', () => {
  it('never wakes before the deadline, and in order', async () => {
    const clock = new RealClock()
    const startS = clock.now()
    const woken: number[] = []
    await Promise.all(
      [0.012, 0.004, 0.008].map(async (afterS) => {
        await clock.sleepUntil(startS + afterS)
        expect(clock.now()).toBeGreaterThanOrEqual(startS + afterS)
        woken.push(afterS)
      }),
    )
    expect(woken).toEqual([0.004, 0.008, 0.012])
  })

  it('runs neither cancelled events nor aborted sleeps', async () => {
    const clock = new RealClock()
    const abort = new AbortController()
    let hasRun = false
    clock
      .schedule(clock.now() + 0.003, () => {
        hasRun = true
      })
      .cancel()
    const sleep = clock.sleepUntil(clock.now() + 60, abort.signal)
    abort.abort(new Error('enough'))
    await expect(sleep).rejects.toThrow('enough')
    await clock.sleepUntil(clock.now() + 0.006)
    expect(hasRun).toBe(false)
  })
})
