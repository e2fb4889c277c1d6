import { ArmPort } from '../../../bridge/deploy/arm-port.ts'
import { jointBounds } from '../../../bridge/deploy/joint-bounds.ts'
import { ArmKinematics } from '../../../robot/model/kinematics.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { lowestCornerM } from '../../robot/safety/lowest-corner.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { FakeArmDriver } from './fake-arm-driver.ts'
import { deployConfig } from './loop-setup.ts'

const MAX_STEPS = 12
const ROUNDING = 1e-9
/** Corners of a box stick out of the capsule that stands for its link. */
const CORNER_M = 0.005

const names = so101.joints.map((joint) => joint.name)
const rest = names.map((name) => so101.poses.rest[name]!)
const { safety } = deployConfig
const kinematics = new ArmKinematics(model)

/** Time that passes for who asks; a jump is one long sleep, or one back. */
class JumpingClock extends VirtualClock {
  offsetS = 0
  override now(): number {
    return super.now() + this.offsetS
  }
  override async sleepUntil(): Promise<void> {}
}

const STRANGE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e9, 0]

/** A number that nobody expects, now and then; else one from a range around the arm's own. */
function anyNumber(random: RandomStream, strangeRate: number): number {
  if (random.uniform() < strangeRate) return STRANGE[random.integer(STRANGE.length)]!
  return random.between(-4, 4)
}

/** By how much a value is outside a range; 0 inside. */
const outside = (value: number, low: number, high: number): number =>
  Math.max(0, low - value, value - high)

function outsideBoxM(q: Float64Array): number {
  kinematics.forward(q.subarray(0, model.numJoints))
  const [x, y, z] = kinematics.tip as unknown as [number, number, number]
  const { xM, yM, zM } = safety.workspace
  return Math.max(outside(x, ...xM), outside(y, ...yM), outside(z, ...zM))
}

/** What was sent last, and how it moved. */
class Watch {
  private readonly bounds: ReturnType<typeof jointBounds>
  private q: Float64Array
  private velocity = new Float64Array(names.length)
  private acceleration = new Float64Array(names.length)

  constructor(driver: FakeArmDriver, start: ArrayLike<number>) {
    this.bounds = jointBounds(driver, so101, model, safety)
    this.q = Float64Array.from(start)
  }

  /** The worst that is wrong with the next command, in words; undefined: nothing. */
  judge(next: Float64Array, dtS: number): string | undefined {
    const { q, velocity, acceleration } = this
    if (!next.every(Number.isFinite)) return `not finite: ${next.join()}`
    for (let i = 0; i < next.length; i++) {
      const { lower, upper, maxSpeedRadPerS } = this.bounds
      const range = [lower[i]!, upper[i]!] as const
      const before = outside(q[i]!, ...range)
      if (outside(next[i]!, ...range) > before + ROUNDING) return `position of ${names[i]}`
      const v = (next[i]! - q[i]!) / dtS
      if (Math.abs(v) > maxSpeedRadPerS[i]! + ROUNDING / dtS) return `speed of ${names[i]}`
      // What counts is the way it goes now: slowing down is free.
      const along = Math.sign(v)
      const growth = (Math.abs(v) - Math.max(0, along * velocity[i]!)) / dtS
      const slack = (2 * ROUNDING) / dtS ** 2
      if (growth > safety.maxJointAccelerationRadPerS2 + slack) return `acceleration of ${names[i]}`
      const jerk = (growth - Math.max(0, along * acceleration[i]!)) / dtS
      if (jerk > safety.maxJointJerkRadPerS3 + slack / dtS) return `jerk of ${names[i]}`
    }
    return this.judgePlace(next, q)
  }

  private judgePlace(next: Float64Array, from: Float64Array): string | undefined {
    if (outsideBoxM(next) > outsideBoxM(from) + 1e-6) return 'workspace'
    // Of a link below the table a corner may sink a little while its capsule comes up.
    const floorM = Math.min(0, lowestCornerM(from)) - CORNER_M
    return lowestCornerM(next) < floorM ? 'table' : undefined
  }

  follow(next: Float64Array, dtS: number): void {
    for (let i = 0; i < next.length; i++) {
      const v = (next[i]! - this.q[i]!) / dtS
      this.acceleration[i] = (v - this.velocity[i]!) / dtS
      this.velocity[i] = v
    }
    this.q = next.slice()
  }

  /** The arm gave in: it stands where it is. */
  standAt(q: Float64Array): void {
    this.q = q.slice()
    this.velocity.fill(0)
    this.acceleration.fill(0)
  }
}

/** An arm that many sequences are played on: to set one up takes longer than to play. */
async function createBench() {
  const clock = new JumpingClock()
  const driver = new FakeArmDriver(names, rest, clock)
  const port = new ArmPort({
    ...{ driver, arm: so101, model, clock, config: deployConfig },
    isShadow: false,
    heldQ: so101.poses.rest,
  })
  await port.readArm()
  return { clock, driver, port, watch: new Watch(driver, rest) }
}

type Bench = Awaited<ReturnType<typeof createBench>>

/** Near the rest pose, or anywhere. */
function placeArm({ driver }: Bench, random: RandomStream): void {
  const spread = random.uniform() < 0.5 ? 0.4 : 1.7
  for (let i = 0; i < names.length; i++) {
    driver.positionRad[i] = rest[i]! + random.between(-spread, spread)
  }
}

/** Plays one random sequence; what a command did wrong, if any. */
async function play(seed: number, bench: Bench): Promise<string | undefined> {
  const { clock, driver, port, watch } = bench
  const random = new RandomStream(seed, 77)
  const old: Float64Array[] = [Float64Array.from(model.restPose)]
  const strangeRate = random.uniform() < 0.5 ? 0 : 0.05
  const giveIn = async (): Promise<boolean> => {
    await port.giveIn()
    const given = driver.writes.at(-1)!.goal
    watch.standAt(given)
    return given.every(Number.isFinite)
  }
  driver.onRead = () => {}
  driver.load.fill(0)
  placeArm(bench, random)
  await port.readArm()
  port.filter.reset()
  await giveIn()
  driver.onRead = () => {
    const isStrange = random.uniform() < 0.2
    for (let i = 0; i < names.length; i++) {
      const kick = isStrange ? anyNumber(random, strangeRate) : random.between(-0.05, 0.05)
      driver.positionRad[i] = isStrange ? kick : driver.positionRad[i]! + kick
      driver.load[i] = anyNumber(random, strangeRate)
    }
  }
  const numSteps = 3 + random.integer(MAX_STEPS - 2)
  for (let step = 0; step < numSteps; step++) {
    clock.offsetS += random.uniform() < 0.1 ? random.between(-100, 100) : 0.01
    await port.readArm()
    const dtS = random.uniform() < 0.8 ? 0.01 : random.between(0.004, 0.03)
    const isReplay = random.uniform() < 0.2
    const wanted = isReplay
      ? old[random.integer(old.length)]!
      : Float64Array.from(model.restPose, (q) =>
          random.uniform() < 0.5 ? q + random.between(-0.2, 0.2) : anyNumber(random, strangeRate),
        )
    old.push(wanted)
    await port.sendSafely(wanted, random.between(0, 4), dtS)
    const sent = driver.writes.at(-1)!.goal
    const wrong = watch.judge(sent, dtS)
    if (wrong !== undefined) return `sequence ${seed}, step ${step}: ${wrong}`
    watch.follow(sent, dtS)
    if (random.uniform() < 0.05 && !(await giveIn()))
      return `sequence ${seed}, step ${step}: gave in to no number`
  }
  driver.writes.length = 0
  return undefined
}

/** What commands did wrong in so many random sequences, a few of them at most: nothing, it is to be hoped. */
export async function playSequences(numSequences: number, firstSeed = 0): Promise<string[]> {
  const wrong: string[] = []
  let bench = await createBench()
  const endSeed = firstSeed + numSequences
  for (let seed = firstSeed; seed < endSeed && wrong.length < 5; seed++) {
    const found = await play(seed, bench)
    if (found === undefined) continue
    wrong.push(found)
    bench = await createBench()
  }
  return wrong
}
