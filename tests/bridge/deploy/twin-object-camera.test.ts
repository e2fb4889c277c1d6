import { describe, expect, it } from 'vitest'
import { type CameraFrame, TwinObjectCamera } from '../../../bridge/deploy/twin-object-camera.ts'
import type { ArmModel } from '../../../robot/model/arm.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'
import { Occlusion } from '../../../robot/sensors/occlusion.ts'
import type { Reality } from '../../../sim/world/reality.ts'

type Sensor = Reality['sensors']['objectPose']

const clean: Sensor = {
  rateHz: 25,
  delayS: 0.1,
  delayJitter: 0,
  noiseM: 0,
  biasXM: 0,
  biasYM: 0,
  biasZM: 0,
  noiseYawRad: 0,
  biasYawRad: 0,
  dropsPerS: 0,
  dropDurationS: 0.4,
  occlusionRadiusM: 0,
}

/** A shoulder 20 cm above the base, and the tool. */
const ONE_LINK = { parent: Int32Array.of(-1), tool: { link: 0 } } as unknown as ArmModel

/** Frames that arrive in `seconds` of an object that moves at 1 m/s along x, and when they arrive. */
async function film(changes: Partial<Sensor>, seconds: number, tip = [9, 9, 9]) {
  const clock = new VirtualClock()
  const frames: (CameraFrame & { arrivalS: number })[] = []
  const camera = new TwinObjectCamera({
    sensor: { ...clean, ...changes },
    clock,
    random: new RandomStream(3),
    furtherRandom: new RandomStream(4),
    object: 0,
    look: () => ({
      position: Float64Array.of(clock.now(), 0.5, 0.018),
      quaternion: Float64Array.of(0, 0, 0, 1),
      arm: { linkPosition: Float64Array.of(0, 0, 0.2), tip: Float64Array.from(tip) },
    }),
    occlusion: new Occlusion(ONE_LINK, changes.cameraM),
    publish: (frame) => frames.push({ ...frame, arrivalS: clock.now() }),
  })
  camera.start()
  await clock.advanceTo(seconds)
  camera.stop()
  const count = frames.length
  await clock.advanceTo(seconds + 1)
  expect(frames).toHaveLength(count)
  return frames
}

describe('the camera of an emulated set-up', () => {
  it('shows where the object was at the stamp, at its rate, each frame late by its delay', async () => {
    const frames = await film({}, 4)
    // 4 s at 25 Hz, less what is still on its way when the film ends.
    expect(frames.length).toBeGreaterThanOrEqual(96)
    expect(frames.length).toBeLessThanOrEqual(100)
    for (const [k, frame] of frames.entries()) {
      expect(frame.position[0]).toBeCloseTo(frame.stampS, 12)
      expect(frame.arrivalS - frame.stampS).toBeCloseTo(0.1, 9)
      if (k > 0) expect(frame.stampS - frames[k - 1]!.stampS).toBeCloseTo(0.04, 9)
    }
  })

  it('is off by its bias and scatters by its noise', async () => {
    const frames = await film({ biasYM: 0.01, noiseM: 0.002 }, 40)
    const offsets = frames.map(({ position }) => position[1] - 0.5)
    const mean = offsets.reduce((sum, value) => sum + value, 0) / offsets.length
    const variance = offsets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / offsets.length
    // 1,000 frames: mean ± 0.06 mm, deviation ± 2.2 %; four of these.
    expect(Math.abs(mean - 0.01)).toBeLessThan(0.000_26)
    expect(Math.abs(Math.sqrt(variance) / 0.002 - 1)).toBeLessThan(0.09)
  })

  it('sees height and heading, off by their biases', async () => {
    const frames = await film({ biasZM: 0.004, biasYawRad: 0.2 }, 1)
    for (const { position, quaternion } of frames) {
      expect(position[2]).toBeCloseTo(0.022, 12)
      // A turn by 0.2 rad about z.
      expect(quaternion[2]).toBeCloseTo(Math.sin(0.1), 12)
      expect(quaternion[3]).toBeCloseTo(Math.cos(0.1), 12)
    }
  })

  it('sees the same places whether or not somebody looks at heights and headings', async () => {
    const places = (frames: readonly CameraFrame[]) => frames.map(({ position: [x, y] }) => [x, y])
    const flat = await film({ noiseM: 0.002 }, 2)
    const turned = await film({ noiseM: 0.002, noiseYawRad: 0.1 }, 2)
    expect(places(turned)).toEqual(places(flat))
    expect(turned.some(({ quaternion }) => Math.abs(quaternion[2]) > 0.01)).toBe(true)
  })

  it('varies its delay by its jitter', async () => {
    const delays = (await film({ delayJitter: 0.4 }, 20)).map((f) => f.arrivalS - f.stampS)
    // ± half of 40 % of 0.1 s.
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0.08 - 1e-9)
    expect(Math.min(...delays)).toBeLessThan(0.083)
    expect(Math.max(...delays)).toBeLessThanOrEqual(0.12 + 1e-9)
    expect(Math.max(...delays)).toBeGreaterThan(0.117)
  })

  it('sees nothing while the gripper covers the object', async () => {
    // The tip stands at x = 1: covered from 0.97 to 1.03.
    const frames = await film({ occlusionRadiusM: 0.03 }, 3, [1, 0.5, 0])
    const covered = frames.filter(({ stampS }) => Math.abs(stampS - 1) < 0.03)
    expect(covered).toEqual([])
    expect(frames.some(({ stampS }) => stampS > 1.03 && stampS < 1.08)).toBe(true)
  })

  it('falls silent for a while, as often as it is said to', async () => {
    const frames = await film({ dropsPerS: 0.5, dropDurationS: 0.4 }, 200)
    const gaps = frames.slice(1).map(({ stampS }, k) => stampS - frames[k]!.stampS)
    const drops = gaps.filter((gap) => gap > 0.39)
    // 0.5 per second of sight: one each 2 s + 0.4 s, 83 in 200 s, ± 4 · √83.
    expect(Math.abs(drops.length - 83)).toBeLessThan(37)
    expect(gaps.filter((gap) => gap > 0.041 && gap < 0.39)).toEqual([])
  })

  it('sees nothing while the arm stands between it and the object', async () => {
    // The arm reaches from the shoulder to x 1, y 0; the object passes behind it, seen from y -1.
    const behind = await film({ cameraM: [0.5, -1, 0.2], occlusionRadiusM: 0.05 }, 2, [1, 0, 0.1])
    const free = await film({ cameraM: [0.5, 2, 0.2], occlusionRadiusM: 0.05 }, 2, [1, 0, 0.1])
    expect(free.length).toBeGreaterThanOrEqual(46)
    // The line of sight to (x, 0.5, 0.018) passes the arm's plane at x' = 0.5 + (x - 0.5) · 2/3, 79 mm high;
    // the arm's axis is 200 mm - 0.1 x' high there. Within 5 cm of it from x' = 0.71 to the tip at 1 and a
    // little beyond: x from 0.8 to 1.3, half a second of frames at 25 Hz.
    expect(free.length - behind.length).toBeGreaterThanOrEqual(9)
    expect(free.length - behind.length).toBeLessThanOrEqual(16)
  })
})
