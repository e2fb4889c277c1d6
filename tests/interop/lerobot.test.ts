import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { createTwinWorld, twinBusOptions } from '../../bridge/deploy/twin-world.ts'
import type { Plant, ServoControl } from '../../robot/bus/twin/plant.ts'
import { TwinDevice } from '../../robot/bus/twin/twin-device.node.ts'
import { parseCalibration } from '../../robot/calibration/parse-calibration.ts'
import { RealClock } from '../../robot/model/real-clock.node.ts'
import type { MujocoPlant } from '../../sim/world/mujoco-plant.ts'
import { loadReality } from '../../sim/world/reality.node.ts'
import { koch, so101 } from '../robot/bus/twin-arm.ts'

/** Made by `npm run lerobot`, or another Python that has LeRobot. */
const { SIM2ARM_LEROBOT_PYTHON: python = '.venv-lerobot/bin/python', SIM2ARM_FULL } = process.env
const isInstalled = (): boolean =>
  existsSync(python) && spawnSync(python, ['-c', 'import lerobot']).status === 0
const reason =
  SIM2ARM_FULL === undefined ? 'full tier' : isInstalled() ? '' : 'needs npm run lerobot'
const skipped = reason === '' ? '' : ` (skipped: ${reason})`

/** Of each joint's limits, so that no end stop is met. */
const SWEPT_SHARE = 0.9
/** Fractions of the way to the upper and, negative, to the lower end at which a hand pauses. */
const PAUSES = [0, 0.5, 1, 0.4, -0.3, -1, -0.5, 0]

/** An arm in whose mechanics a hand may hold the joints. */
class LedPlant implements Plant {
  readonly #plant: MujocoPlant
  /** Where a hand holds the joints [rad]. */
  hand: ArrayLike<number> | undefined

  constructor(plant: MujocoPlant) {
    this.#plant = plant
  }

  advance(timeS: number, control: ServoControl): void {
    this.#plant.advance(timeS, control)
    if (this.hand !== undefined) this.#plant.reset(this.hand)
  }

  get numServos(): number {
    return this.#plant.numServos
  }
  get blocked(): Set<number> {
    return this.#plant.blocked
  }
  get positionRad(): Float64Array {
    return this.#plant.positionRad
  }
  get velocityRadPerS(): Float64Array {
    return this.#plant.velocityRadPerS
  }
  get currentA(): Float64Array {
    return this.#plant.currentA
  }
  get temperatureC(): Float64Array {
    return this.#plant.temperatureC
  }
  get supplyV(): Float64Array {
    return this.#plant.supplyV
  }
  get timeS(): number {
    return this.#plant.timeS
  }
}

/** Of a joint's sweep [rad]. */
interface Ends {
  readonly low: number
  readonly high: number
}

interface Heard {
  /** Mean distance of action and observation at the end, degrees and for the gripper per cent. */
  readonly gap: Readonly<Record<string, number>>
  readonly keepsCalibration: boolean
  /** Ids by baud rate. */
  readonly scan: Readonly<Record<string, readonly number[]>>
}

/** Answers LeRobot's questions as whoever holds the arm would, up to its result. */
async function converse(
  child: ChildProcess,
  plant: LedPlant,
  ends: readonly Ends[],
): Promise<Heard> {
  let said = ''
  let complaints = ''
  child.stdout!.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  child.stderr!.on('data', (bytes: Buffer) => {
    complaints += bytes.toString()
  })
  let isOver = false
  child.once('close', () => {
    isOver = true
  })
  const hear = async (words: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = words.exec(said)
      if (found !== null) return found
      if (isOver)
        throw new Error(`LeRobot ended without ${words}: ${said.slice(-500)}${complaints}`)
      await sleep(20)
    }
  }
  const pressEnter = () => child.stdin!.write('\n')
  plant.hand = new Float64Array(6)
  await hear(/to the middle of its range/)
  pressEnter()
  await hear(/Recording positions/)
  for (const share of PAUSES) {
    plant.hand = ends.map(({ low, high }) => (share > 0 ? share * high : -share * low))
    await sleep(300)
  }
  pressEnter()
  await hear(/ACTING/)
  plant.hand = undefined
  const [, text] = await hear(/RESULT (\{.*\})\n/)
  return JSON.parse(text!) as Heard
}

describe.each([
  { arm: so101, fullTurns: ['wrist_roll'] },
  { arm: koch, fullTurns: ['shoulder_pan', 'wrist_roll'] },
])('LeRobot’s follower class on the emulated $arm.name', ({ arm, fullTurns }) => {
  it.skipIf(reason !== '')(`is calibrated, configured and moved by it${skipped}`, async () => {
    const clock = new RealClock()
    const options = { arm, reality: loadReality('nominal'), clock, seed: 1, onCameraFrame() {} }
    const world = await createTwinWorld(options)
    const plant = new LedPlant(world.plant)
    const twin = new TwinDevice({
      ...twinBusOptions(options, world),
      plant,
      onError(error) {
        throw error
      },
    })
    world.attach(twin.bus)
    const ends = arm.joints.map(({ limits: { lower, upper } }) => ({
      low: SWEPT_SHARE * lower,
      high: SWEPT_SHARE * upper,
    }))
    const requests = vi.spyOn(twin.bus, 'receive')
    const folder = mkdtempSync(join(tmpdir(), 'sim2arm-lerobot-'))
    twin.plug()
    const script = join(import.meta.dirname, 'lerobot_follower.py')
    const child = spawn(python, [script, arm.name, twin.path, folder], {
      env: { ...process.env, HF_HUB_OFFLINE: '1', PYTHONUNBUFFERED: '1' },
    })
    try {
      const { gap, keepsCalibration, scan } = await converse(child, plant, ends)
      console.log(`${arm.name}: ${requests.mock.calls.length} requests, gap`, gap)
      expect(keepsCalibration).toBe(true)
      expect(scan).toEqual({ 1000000: [1, 2, 3, 4, 5, 6] })
      for (const [joint, distance] of Object.entries(gap)) {
        // Gains without an integral part: gravity leaves a few degrees; hand-held zeros cost nothing here.
        expect(distance, joint).toBeLessThan(joint === 'gripper.pos' ? 10 : 6)
      }
      const file = JSON.parse(readFileSync(join(folder, 'twin.json'), 'utf8'))
      const { joints } = parseCalibration(file, arm, 'LeRobot')
      const ticks = (angleRad: number) => 2047 + (angleRad / (2 * Math.PI)) * 4096
      for (const [index, { name }] of arm.joints.entries()) {
        const { minTicks, maxTicks } = joints[index]!
        const { low, high } = ends[index]!
        const [first, last] = fullTurns.includes(name) ? [0, 4095] : [ticks(low), ticks(high)]
        expect(Math.abs(minTicks - first), name).toBeLessThanOrEqual(8)
        expect(Math.abs(maxTicks - last), name).toBeLessThanOrEqual(8)
      }
    } finally {
      child.kill('SIGKILL')
      twin.close()
      world.dispose()
      rmSync(folder, { recursive: true })
    }
  })
})
