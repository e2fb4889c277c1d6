import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../../robot/model/random.ts'
import { PoseFilter } from '../../../robot/sensors/pose-filter.ts'

const PERIOD_S = 0.05
const NOISE_M = 0.003
const ACCELERATION = 1.5

const filter = (maxOutliers = 4) =>
  new PoseFilter({ noiseM: NOISE_M, accelerationMPerS2: ACCELERATION, maxOutliers })

const foreseen = (from: PoseFilter, timeS: number) => {
  const out = new Float64Array(3)
  from.predict(timeS, out)
  return [...out]
}

describe('a pose filter', () => {
  it('settles at the gains that Kalata’s tracking index gives in closed form', () => {
    // P. R. Kalata, The tracking index, IEEE AES-20 (1984): λ = T² σ_a / σ_m,
    // r = (4 + λ - √(8λ + λ²)) / 4, α = 1 - r², β = 2 (2 - α) - 4 √(1 - α).
    const index = (PERIOD_S ** 2 * ACCELERATION) / NOISE_M
    const r = (4 + index - Math.sqrt(8 * index + index ** 2)) / 4
    const alpha = 1 - r ** 2
    const beta = 2 * (2 - alpha) - 4 * Math.sqrt(1 - alpha)
    const settled = filter()
    for (let k = 0; k < 200; k++) settled.accept(k * PERIOD_S, [0, 0, 0])
    expect(settled.gains.position).toBeCloseTo(alpha, 9)
    expect(settled.gains.velocity).toBeCloseTo(beta / PERIOD_S, 8)
  })

  it('foresees over a delay what goes on as it went', () => {
    const even = filter()
    const at = (timeS: number) => [0.1 + 0.2 * timeS, -0.05 * timeS, 0.02]
    for (let k = 0; k < 200; k++) even.accept(k * PERIOD_S, at(k * PERIOD_S))
    const nowS = 199 * PERIOD_S + 0.12
    const expected = at(nowS)
    foreseen(even, nowS).forEach((value, axis) => {
      expect(value).toBeCloseTo(expected[axis]!, 6)
    })
  })

  it('is off by half of acceleration times delay squared beyond its own lag, not by speed times delay', () => {
    const even = filter()
    for (let k = 0; k < 400; k++) even.accept(k * PERIOD_S, [0.3 * k * PERIOD_S, 0, 0])
    const delayS = 0.2
    // From here on it brakes with 1 m/s²; the last measurement knows nothing of that.
    const trueX = 0.3 * 399 * PERIOD_S + 0.3 * delayS - (1 * delayS ** 2) / 2
    const [x] = foreseen(even, 399 * PERIOD_S + delayS)
    expect(x! - trueX).toBeCloseTo(0.02, 6)
  })

  it('takes measurements as noisy as it was told, nearly all of them', () => {
    const random = new RandomStream(3, 0)
    const noisy = filter()
    const draw = () => NOISE_M * random.normal()
    for (let k = 0; k < 5000; k++) noisy.accept(k * PERIOD_S, [draw(), draw(), draw()])
    // 99.9 % lie within the gate of a resting object: 5 of 5000; the model allows for more than rest.
    expect(noisy.numRejected).toBeLessThanOrEqual(12)
  })

  it('keeps an outlier out, and believes the fifth that says the same', () => {
    const steady = filter(4)
    for (let k = 0; k < 50; k++) steady.accept(k * PERIOD_S, [0.2, 0, 0])
    const answers = [50, 51, 52, 53, 54, 55].map((k) => steady.accept(k * PERIOD_S, [1, 0, 0]))
    expect(answers).toEqual([false, false, false, false, true, true])
    expect(steady.numRejected).toBe(4)
    expect(steady.position[0]).toBeCloseTo(1, 12)
    const [x] = foreseen(steady, 60 * PERIOD_S)
    expect(x).toBeCloseTo(1, 9)
  })

  it('keeps a single outlier from the velocity', () => {
    const steady = filter()
    for (let k = 0; k < 50; k++) steady.accept(k * PERIOD_S, [0.2, 0, 0])
    steady.accept(50 * PERIOD_S, [0.5, 0, 0])
    steady.accept(51 * PERIOD_S, [0.2, 0, 0])
    expect(steady.velocity[0]).toBeCloseTo(0, 12)
  })
})
