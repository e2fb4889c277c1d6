import { describe, expect, it } from 'vitest'
import {
  freeFall,
  slipAngle,
  stoppingDistance,
} from '../../../bridge/bench/fidelity/checks/free-objects.ts'
import { CHECKS, checksNamed } from '../../../bridge/bench/fidelity/checks/index.ts'
import { freePendulum } from '../../../bridge/bench/fidelity/checks/joint-dynamics.ts'
import {
  evenDisc,
  feetOfDisc,
  pendulumPeriodS,
  slide,
} from '../../../bridge/bench/fidelity/closed-forms.ts'
import { type Finding, formatRows, judge } from '../../../bridge/bench/fidelity/row.ts'
import { FidelitySetup, type SceneKind } from '../../../bridge/bench/fidelity/setup.ts'
import type { PhysicsSubject } from '../../../bridge/bench/reports/physics.ts'
import type { Engine, Physics } from '../../../sim/engines/engine.ts'

const G = 9.81
/** The checks below do not push anything. */
const NO_SUBJECT = {} as PhysicsSubject

/** What should be the training world, with some physics not as told. */
class PerturbedSetup extends FidelitySetup {
  private readonly perturb: (physics: Physics) => Physics

  constructor(perturb: (physics: Physics) => Physics) {
    super(NO_SUBJECT)
    this.perturb = perturb
  }

  override inRapier<T>(
    scene: SceneKind,
    use: (engine: Engine) => T,
    timestepS?: number,
  ): Promise<T> {
    const { perturb } = this
    const wrap = (engine: Engine) =>
      use(
        new Proxy(engine, {
          get(target, key) {
            if (key === 'reset') {
              return (...[index, physics, start]: Parameters<Engine['reset']>) =>
                target.reset(index, perturb(physics), start)
            }
            const value = Reflect.get(target, key)
            return typeof value === 'function' ? value.bind(target) : value
          },
        }),
      )
    return super.inRapier(scene, wrap, timestepS)
  }
}

const scaled = (values: Float64Array, by: number) => values.map((value) => by * value)
const heavy = new PerturbedSetup((physics) => ({
  ...physics,
  gravity: scaled(physics.gravity, 1.05),
}))
const rough = new PerturbedSetup((physics) => ({
  ...physics,
  objects: physics.objects.map((object) => ({
    ...object,
    frictionTable: 1.05 * object.frictionTable,
  })),
}))

const holding = async (find: (setup: FidelitySetup) => Promise<Finding[]>, setup: FidelitySetup) =>
  (await find(setup)).map((finding) => judge('a check', finding).holds)

describe('a check of fidelity', () => {
  const asTold = new FidelitySetup(NO_SUBJECT)

  it('of the slip angle holds, and misses its bar where friction is 5 % greater', async () => {
    expect(await holding(slipAngle, asTold)).toEqual([true, true])
    expect(await holding(slipAngle, rough)).toEqual([false, false])
  })

  it('of stopping misses its bar where friction is 5 % greater', async () => {
    const [puck] = await stoppingDistance(asTold)
    const [roughPuck] = await stoppingDistance(rough)
    expect(judge('', puck!).holds).toBe(true)
    expect(judge('', roughPuck!).holds).toBe(false)
    // 1/1.05
    expect(roughPuck!.measured / puck!.measured).toBeCloseTo(0.952, 2)
  })

  it('of free fall and of the pendulum miss their bars where gravity is 5 % greater', async () => {
    expect(await holding(freeFall, asTold)).toEqual([true, true])
    expect(await holding(freeFall, heavy)).toEqual([false, false])
    const [period] = await holding(freePendulum, asTold)
    const [heavyPeriod] = await holding(freePendulum, heavy)
    expect([period, heavyPeriod]).toEqual([true, false])
  })

  it('is named once, and found by its name or its section', () => {
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length)
    expect(checksNamed(['stack', 'coarse']).map(({ name }) => name)).toEqual([
      'stack',
      'coarse-step',
      'coarse-push',
    ])
    expect(checksNamed([])).toBe(CHECKS)
    expect(() => checksNamed(['stak'])).toThrowError(/stak/)
  })
})

describe('a row of the fidelity table', () => {
  const finding: Finding = {
    what: 'way',
    against: 'theory',
    unit: 'm',
    measured: 0.104,
    expected: 0.1,
    error: 0.004,
    errorUnit: 'm',
    seeds: [1, 2],
    errorSpread: [0.003, 0.0065],
    bar: 0.005,
    cause: 'known',
  }

  it('holds up to its bar, without a cause, and not beyond', () => {
    expect(judge('push', { ...finding, error: 0.005 })).toMatchObject({ holds: true })
    expect(judge('push', finding)).not.toHaveProperty('cause')
    expect(judge('push', { ...finding, error: 0.0051 })).toMatchObject({
      holds: false,
      cause: 'known',
    })
  })

  it('does not hold where nothing was measured', () => {
    expect(judge('push', { ...finding, error: Number.NaN }).holds).toBe(false)
    expect(judge('push', { ...finding, error: Number.POSITIVE_INFINITY }).holds).toBe(false)
  })

  it('is printed in handy units, with its spread, and with the cause below where it does not hold', () => {
    const text = formatRows([judge('push', finding), judge('fall', { ...finding, error: 0.006 })])
    expect(text).toContain(
      '| 104 mm | 100 mm    | theory | 4.00 mm (3.00 mm to 6.50 mm) | ≤ 5.00 mm | yes    |',
    )
    expect(text).toContain('**no**')
    expect(text.split('\n').at(-1)).toBe('fall, way: known')
  })
})

describe('the closed forms', () => {
  const radiusM = 0.03
  const disc = { friction: 0.3, gyrationM2: radiusM ** 2 / 2 }

  it('stop a body that does not spin after v²/(2µg), whatever it stands on', () => {
    for (const points of [evenDisc(radiusM), feetOfDisc(radiusM)]) {
      const { distanceM, turnRad } = slide(points, { ...disc, speed: 0.5, spin: 0 })
      expect(distanceM / (0.5 ** 2 / (2 * 0.3 * G))).toBeCloseTo(1, 2)
      expect(turnRad).toBeCloseTo(0, 6)
    }
  })

  it('stop a spinning disc after ω²/(2α) with α = 4µg/(3r)', () => {
    const expected = 20 ** 2 / (2 * ((4 * 0.3 * G) / (3 * radiusM)))
    for (const points of [evenDisc(radiusM), feetOfDisc(radiusM)]) {
      expect(slide(points, { ...disc, speed: 0, spin: 20 }).turnRad / expected).toBeCloseTo(1, 2)
    }
  })

  it('let a pendulum of 90° take 1.18034 times as long as one of small swings', () => {
    // K(sin²(45°)) · 2/π, Abramowitz and Stegun table 17.1: 1.85407 · 2/π
    const body = { inertiaKgM2: 0.01, massKg: 0.5, lengthM: 0.2 }
    const small = 2 * Math.PI * Math.sqrt(0.01 / (0.5 * G * 0.2))
    expect(pendulumPeriodS(body, 1e-4) / small).toBeCloseTo(1, 6)
    expect(pendulumPeriodS(body, Math.PI / 2) / small).toBeCloseTo(1.18034, 4)
  })
})
