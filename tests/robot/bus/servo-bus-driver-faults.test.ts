import { describe, expect, it } from 'vitest'
import { createReading } from '../../../robot/bus/arm-reading.ts'
import { RandomStream } from '../../../robot/model/random.ts'
import {
  createOf,
  FAMILIES,
  limp,
  opened,
  RAD_PER_STEP,
  timedReads,
} from './servo-bus-driver-setup.ts'

describe.each(FAMILIES)('the servo bus driver on $description.name, on a bad day', (family) => {
  const { description } = family
  const create = createOf(description)

  describe('when replies go missing', () => {
    it('asks again within the cycle and so hides single losses', async () => {
      const arm = await opened(await create())
      arm.bus.faults.dropRate = 0.02
      const reading = createReading(6)
      let numStale = 0
      await arm.clock.run(async () => {
        for (let cycle = 0; cycle < 300; cycle++) {
          await arm.driver.read(reading)
          if (reading.ageS.some((age) => age > 0)) numStale++
        }
      })
      expect(arm.driver.statistics.numLostReplies).toBeGreaterThan(15)
      // 1800 replies: both tries lost with probability 0.0004 each.
      expect(numStale).toBeLessThan(5)
    })

    it('is over in time and leaves what was lost to the next read where it has to be', async () => {
      const arm = await opened(await create())
      Object.assign(arm.bus.faults, { latencyS: 0.001, dropRate: 0.02 })
      const { readS, oldestS } = await timedReads(arm, 1000)
      expect(arm.driver.statistics.numLostReplies).toBeGreaterThan(60)
      // What is asked before then may be heard a moment after.
      expect(Math.max(...readS)).toBeLessThan(0.009)
      // Lost twice in a row with probability 0.0004.
      expect(Math.max(...oldestS)).toBeGreaterThan(0)
      expect(Math.max(...oldestS)).toBeLessThan(0.05)
    })

    it('is over in time although nobody was heard', async () => {
      const arm = await opened(await create())
      arm.bus.faults.latencyS = 0.001
      const { readS } = await timedReads(arm, 20)
      arm.bus.faults.dropRate = 1
      const silent = await timedReads(arm, 2)
      arm.bus.faults.dropRate = 0
      const after = await timedReads(arm, 1)
      expect(Math.max(...readS)).toBeLessThan(0.007)
      expect(Math.max(...silent.readS)).toBeLessThan(0.0085)
      expect(silent.oldestS.at(-1)).toBeCloseTo(0.02, 3)
      expect(after.oldestS).toEqual([0])
    })

    it.each([
      ['is slow from the beginning', 0.007],
      ['becomes slow', 0],
    ])('gives an adapter its time that %s', async (_, latencyS) => {
      const arm = await create()
      arm.bus.faults.latencyS = latencyS
      await opened(arm)
      await timedReads(arm, 20)
      arm.bus.faults.latencyS = 0.007
      const { oldestS, readS } = await timedReads(arm, 60)
      // Twice that and the bytes: no answer comes within 8 ms.
      expect(Math.max(...readS)).toBeGreaterThan(0.014)
      expect(Math.max(...oldestS)).toBeLessThan(0.15)
      expect(oldestS.slice(30).filter((ageS) => ageS > 0).length).toBeLessThan(3)
    })

    it('keeps the last value with its age, then names the servo that died', async () => {
      const arm = await opened(await create())
      arm.plant.positionRad.fill(0.2)
      const reading = createReading(6)
      await arm.clock.run(() => arm.driver.read(reading))
      const heardS = reading.stampS
      arm.bus.faults.deadIds.add(5)
      await arm.clock.run(() => arm.driver.read(reading))
      expect(reading.ageS[4]).toBeCloseTo(reading.stampS - heardS, 9)
      expect(reading.positionRad[4]).toBeCloseTo(0.2, 2)
      expect(reading.ageS[3]).toBe(0)
      const readOn = async () => {
        for (let cycle = 0; cycle < 50; cycle++) {
          await arm.driver.read(reading)
          await arm.clock.sleepUntil(arm.clock.now() + 0.01)
        }
      }
      await expect(arm.clock.run(readOn)).rejects.toMatchObject({
        code: 'ROBOT_SERVO_SILENT',
        message: expect.stringMatching(
          /^servo 5 \(wrist_roll\) gave no reply in \d+ ms, \d+ tries$/,
        ),
        hint: expect.stringContaining('cable'),
      })
    })

    it('is not refused for what a late reply made of a limit', async () => {
      const arm = await limp(await create())
      await arm.clock.run(async () => {
        // Asked again after 50 ms: both replies come, the second one while the next register is read.
        Object.assign(arm.bus.faults, { delayRate: 0.3, delayS: 0.2 })
        for (let k = 0; k < 20; k++) {
          await arm.driver.enable()
          await arm.driver.disable()
        }
      })
    })

    it('never takes a late reply for the answer to a later request', async () => {
      const arm = await limp(await create())
      const reading = createReading(6)
      let worst = 0
      await arm.clock.run(async () => {
        // 13 ms: past the time-out, so it comes while a later request is under way.
        Object.assign(arm.bus.faults, { delayRate: 0.1, delayS: 0.013 })
        for (let cycle = 0; cycle < 500; cycle++) {
          // The arm jumps between requests: an old reply would show an old position.
          const before = arm.clock.now()
          arm.plant.positionRad.fill(0.001 * cycle)
          await arm.driver.read(reading)
          for (let joint = 0; joint < 6; joint++) {
            const isFresh = reading.ageS[joint] === 0 && reading.stampS >= before
            const error = Math.abs(reading.positionRad[joint]! - 0.001 * cycle)
            if (isFresh) worst = Math.max(worst, error)
          }
        }
      })
      expect(arm.driver.statistics.numStrayFrames).toBeGreaterThan(50)
      expect(worst).toBeLessThan(RAD_PER_STEP)
    })

    it.each([
      ['dropRate', 'enable'],
      ['corruptRate', 'enable'],
      ['dropRate', 'limitTorque'],
      ['corruptRate', 'limitTorque'],
    ] as const)('outlasts a second of nothing but noise (%s) in %s', async (fault, request) => {
      const arm = await opened(await create())
      arm.bus.faults[fault] = 1
      arm.clock.schedule(arm.clock.now() + 1, () => {
        arm.bus.faults[fault] = 0
      })
      const share = new Float64Array(6).fill(0.5)
      await arm.clock.run(() => arm.driver[request](share))
      expect(arm.bus.servos.every((servo) => servo.isTorqueOn)).toBe(true)
      const reading = createReading(6)
      await arm.clock.run(() => arm.driver.read(reading))
      expect([...reading.ageS]).toEqual(Array(6).fill(0))
    })

    it('finds the replies again between bursts of noise', async () => {
      const arm = await limp(await create())
      const random = new RandomStream(4)
      // Header bytes of either protocol are the worst that noise can hold.
      const noise = () =>
        Uint8Array.from({ length: 1 + random.integer(12) }, () =>
          random.uniform() < 0.5 ? 0xff : [0xfd, 0, 1, 6][random.integer(4)]!,
        )
      const hiss = () => {
        void arm.transport.peer!.write(noise())
        arm.clock.schedule(arm.clock.now() + random.between(0.0005, 0.01), hiss)
      }
      hiss()
      const reading = createReading(6)
      let numStale = 0
      await arm.clock.run(async () => {
        for (let cycle = 0; cycle < 200; cycle++) {
          arm.plant.positionRad.fill(0.002 * cycle)
          await arm.driver.read(reading)
          for (let joint = 0; joint < 6; joint++) {
            if (reading.ageS[joint]! > 0) numStale++
            else expect(reading.positionRad[joint]).toBeCloseTo(0.002 * cycle, 2)
          }
        }
      })
      // A burst may end with the beginning of a frame and swallow a reply: asked again, it is there.
      expect(arm.driver.statistics.numLostReplies).toBeLessThan(0.05 * 6 * 200)
      expect(numStale).toBeLessThan(0.01 * 6 * 200)
    })

    it('is not misled by doubled and damaged replies', async () => {
      const arm = await limp(await create())
      arm.plant.positionRad.fill(0.3)
      Object.assign(arm.bus.faults, { duplicateRate: 0.3, corruptRate: 0.05 })
      const reading = createReading(6)
      await arm.clock.run(async () => {
        for (let cycle = 0; cycle < 300; cycle++) {
          await arm.driver.read(reading)
          for (const position of reading.positionRad) expect(position).toBeCloseTo(0.3, 2)
        }
      })
    })
  })

  describe('when something breaks', () => {
    it('reports the fault that a servo reports', async () => {
      const arm = await opened(await create())
      arm.plant.temperatureC[2] = 75
      const reading = createReading(6)
      const readTwice = async () => {
        for (let cycle = 0; cycle < 5; cycle++) {
          await arm.driver.read(reading)
          await arm.clock.sleepUntil(arm.clock.now() + 0.01)
        }
      }
      await expect(arm.clock.run(readTwice)).rejects.toMatchObject({
        code: 'ROBOT_SERVO_FAULT',
        message: 'servo 3 (elbow_flex) reports too hot',
      })
    })

    it('says that the port is gone, in the middle of a read', async () => {
      const arm = await opened(await create())
      const reading = createReading(6)
      arm.clock.schedule(arm.clock.now() + 0.0005, () => arm.transport.unplug())
      await expect(arm.clock.run(() => arm.driver.read(reading))).rejects.toMatchObject({
        code: 'ROBOT_PORT_LOST',
      })
      await expect(
        arm.clock.run(() => arm.driver.write(new Float64Array(6))),
      ).rejects.toMatchObject({
        code: 'ROBOT_PORT_LOST',
      })
      await arm.clock.run(() => arm.driver.close())
      await arm.clock.run(() => arm.driver.close())
    })

    it('opens again after the cable is back', async () => {
      const arm = await opened(await create())
      arm.transport.unplug()
      arm.transport.replug()
      arm.bus.powerCycle()
      await opened(arm)
      const reading = createReading(6)
      await arm.clock.run(() => arm.driver.read(reading))
      expect(reading.ageS[0]).toBe(0)
    })
  })
})
