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
import { PlanarBody } from '../../../bridge/bench/fidelity/planar-body.ts'
import { type Finding, formatRows, judge } from '../../../bridge/bench/fidelity/row.ts'
import { compareOutcomes } from '../../../bridge/bench/fidelity/scenes/pushes.ts'
import { createStrikes, strikeOutcomes } from '../../../bridge/bench/fidelity/scenes/strikes.ts'
import { FidelitySetup, type SceneKind } from '../../../bridge/bench/fidelity/setup.ts'
import { quantile } from '../../../bridge/bench/figures.ts'
import { type PhysicsSubject, TIMESTEP_S } from '../../../bridge/bench/reports/physics.ts'
import type { Engine, Physics } from '../../../sim/engines/engine.ts'
import { loadTask } from '../../../sim/tasks/load-task.node.ts'
import { taskDefinition, taskOnArm } from '../../../sim/tasks/resolve-task.ts'

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
    const unknown = { hint: expect.stringMatching(/^did you mean stack\?/) }
    expect(() => checksNamed(['stak'])).toThrowError(expect.objectContaining(unknown))
  })
})

describe('a struck body in the plane', () => {
  const radiusM = 0.03
  const stepS = 1e-5
  const body = (friction: number) =>
    new PlanarBody(0, 0, { points: feetOfDisc(radiusM), friction, gyrationM2: radiusM ** 2 / 2 })
  /** A striker of no size that drives along x for 0.1 s, `asideM` beside the middle, and then is gone. */
  const strike = (puck: PlanarBody, speed: number, asideM: number, friction: number) => {
    const beginX = puck.xM - Math.sqrt(radiusM ** 2 - asideM ** 2)
    for (let t = 0; t < 0.1; t += stepS) {
      const striker = {
        xM: beginX + t * speed,
        yM: puck.yM + asideM,
        velocityX: speed,
        velocityY: 0,
      }
      puck.meet(striker, radiusM, radiusM, friction)
      puck.move(stepS)
    }
  }

  it('leaves at the speed of what hits its middle, and slides v² / (2 µ g)', () => {
    const puck = body(0.2)
    strike(puck, 0.5, 0, 0.3)
    expect([puck.velocityX, puck.velocityY, puck.spin]).toEqual([0.5, 0, 0])
    const leftM = puck.xM
    for (let t = 0; t < 1; t += stepS) {
      puck.brake(stepS)
      puck.move(stepS)
    }
    expect(puck.xM - leftM).toBeCloseTo(0.5 ** 2 / (2 * 0.2 * G), 4)
  })

  it('is turned by friction alone, and by no more than that', () => {
    const asideM = 0.01
    const turned = [0, 0.1, 10].map((friction) => {
      const puck = body(0)
      const striker = { xM: -Math.sqrt(radiusM ** 2 - asideM ** 2) + 1e-9, yM: asideM }
      puck.meet({ ...striker, velocityX: 0.5, velocityY: 0 }, radiusM, radiusM, friction)
      return puck
    })
    // The normal points from the striker to the middle; what is lost of its speed is along it.
    const across = asideM / radiusM
    const along = Math.sqrt(1 - across ** 2)
    const [smooth, rough, sticky] = turned as [PlanarBody, PlanarBody, PlanarBody]
    expect(smooth.spin).toBe(0)
    expect(smooth.velocityX).toBeCloseTo(0.5 * along ** 2, 6)
    expect(smooth.velocityY).toBeCloseTo(-0.5 * along * across, 6)
    // Coulomb: µ times the push, at the rim of a disc.
    expect(Math.abs(rough.spin)).toBeCloseTo((0.1 * 0.5 * along * radiusM) / (radiusM ** 2 / 2), 4)
    // Sticking: the rim moves as the striker does, and an even disc of mass m resists at its rim like m / 3.
    expect(Math.abs(sticky.spin)).toBeCloseTo((((2 * 0.5) / 3) * across) / radiusM, 4)
  })

  it('ends where pucks end in both engines', async () => {
    const setup = new FidelitySetup({ seed: 3 } as PhysicsSubject)
    const model = setup.panda
    const config = loadTask('slide')
    const task = taskOnArm(config, model.name, taskDefinition(config))
    const drawn = createStrikes(8, 11, { model, task, timestepS: TIMESTEP_S })
    const scene = { arm: model, objects: ['cylinder'] as const, count: drawn.length }
    const play = (engine: Engine) => {
      const { played, theory } = strikeOutcomes(engine, drawn)
      return compareOutcomes(played, theory)
    }
    const { rapier, mujoco } = await setup.inBoth(scene, play)
    for (const { endM, yawRad } of [rapier, mujoco]) {
      expect(quantile(endM, 0.5)).toBeLessThan(0.006)
      expect(quantile(yawRad, 0.5)).toBeLessThan(0.35)
    }
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
