import { describe, expect, it } from 'vitest'
import { trackArm } from '../../../bridge/recording/arm-track.ts'
import { stampOf } from '../../../bridge/recording/ros-values.ts'

const BEGAN_S = 1_700_000_000

const message = (topic: string, epochS: number, stampS: number, angle: number) => ({
  ...{ topic, epochS: BEGAN_S + epochS },
  message: {
    header: { stamp: stampOf(BEGAN_S + stampS) },
    ...{ name: ['a'], position: Float64Array.of(angle) },
  },
})

describe('the track of an arm', () => {
  it('has positions at the time of their capture, commands when they went out', () => {
    const { timeS, measuredS, measured, command } = trackArm(
      [0, 0.01, 0.02].flatMap((cycleS) => [
        message('/joint_states', cycleS, cycleS - 0.004, cycleS),
        message('/joint_commands', cycleS, cycleS, 2 * cycleS),
      ]),
    )
    expect(timeS[2]).toBeCloseTo(0.02, 6)
    expect(measuredS![0]).toBeCloseTo(-0.004, 6)
    expect(measuredS![2]).toBeCloseTo(0.016, 6)
    expect([measured[2]![0], command[2]![0]]).toEqual([0.02, 0.04])
  })
})
