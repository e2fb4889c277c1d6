import { describe, expect, it } from 'vitest'
import { so101 } from '../../sim/push-setup.ts'
import { atHeight, ConstantPolicy, deployConfig, setUpLoop } from './loop-setup.ts'

const CYCLE_S = 1 / 100

describe('a lost object sensor', () => {
  const { sensorEndS, sensorLostS } = deployConfig.safety

  it('makes the arm hold after its limit and ends the run later', async () => {
    const policy = new ConstantPolicy(0, 0.3, atHeight(0.05))
    const { clock, driver, run } = setUpLoop({ policy, framesEndS: 0.5 })
    await expect(run(20)).rejects.toMatchObject({ code: 'ROBOT_SENSOR_LOST' })
    const lastFrameS = 0.5
    const holdS = lastFrameS + sensorLostS
    const moving = driver.writes.filter(({ timeS }) => timeS > 0.3 && timeS < holdS - 0.1)
    expect(moving.at(-1)!.goal[0]).not.toBe(moving[0]!.goal[0])
    const held = driver.writes.filter(({ timeS }) => timeS > holdS + 0.1)
    for (const { goal } of held) expect(goal).toEqual(held[0]!.goal)
    expect(clock.now()).toBeGreaterThan(holdS + sensorEndS - 0.1)
    expect(clock.now()).toBeLessThan(holdS + sensorEndS + 0.3)
    expect(driver.calls).toEqual(['enable'])
  })

  it('that comes back in time lets the policy go on with the state it had', async () => {
    const policy = new ConstantPolicy(0, -0.2, atHeight(0.05))
    const { clock, driver, object, run } = setUpLoop({ policy, framesEndS: 0.3 })
    const again = () => {
      object.accept(clock.now(), 0.25, 0, clock.now())
      clock.schedule(clock.now() + 0.03, again)
    }
    clock.schedule(2, again)
    const report = await run(3)
    expect(report.end).toBe('interrupted')
    expect(policy.states).toEqual(policy.states.map((_, k) => k))
    const [before, after] = [1.9, 2.9].map(
      (timeS) => driver.writes.findLast((write) => write.timeS < timeS)!.goal[0]!,
    )
    expect(after).toBeGreaterThan(before! + 0.05)
  })

  it('before the run began is never acted upon', async () => {
    const policy = new ConstantPolicy(1, 0, 0)
    const { run, object, clock } = setUpLoop({ policy, framesEndS: -1 })
    object.accept(-5, 0.25, 0, 0)
    await expect(run(20)).rejects.toMatchObject({ code: 'ROBOT_SENSOR_LOST' })
    expect(policy.states).toEqual([])
    expect(clock.now()).toBeLessThan(sensorLostS + sensorEndS + 0.3)
  })

  it('says how many poses were thrown away and why', async () => {
    const { run, object } = setUpLoop({ framesEndS: -1 })
    for (let k = 0; k < 3; k++) object.accept(100, 0, 0, 0)
    await expect(run(20)).rejects.toThrow(/rejected: 3 future/)
  })
})

describe('a driver that keeps commands back', () => {
  it('lets the policy wait, and go on from where the arm is', async () => {
    const policy = new ConstantPolicy(0, 0.3, atHeight(0.05))
    const { clock, driver, run } = setUpLoop({ policy })
    let before = 0
    let after = 0
    clock.schedule(0.5, () => {
      driver.isKeepingBack = true
      before = policy.states.length
    })
    clock.schedule(0.9, () => {
      driver.isKeepingBack = false
      after = policy.states.length
    })
    await run(1.5)
    expect(after - before).toBeLessThanOrEqual(1)
    expect(policy.states.length).toBeGreaterThan(after + 10)
    const goals = driver.writes.filter(({ timeS }) => timeS > 0.4).map(({ goal }) => goal[0]!)
    const fastest = Math.max(...goals.slice(1).map((q, k) => Math.abs(q - goals[k]!) / 0.01))
    const steady = Math.abs(goals[1]! - goals[0]!) / 0.01
    expect(fastest).toBeLessThan(1.2 * steady)
  })
})

describe('whatever goes wrong', () => {
  it('in the driver comes out of the loop, after an attempt to hold', async () => {
    const { driver, run } = setUpLoop({ policy: new ConstantPolicy(1, 0, atHeight(0.05)) })
    const broken = new Error('the cable is out')
    let reads = 0
    driver.onRead = () => {
      if (++reads > 50) throw broken
    }
    await expect(run(5)).rejects.toBe(broken)
    // One write per read so far, and more to bring the arm to rest.
    expect(driver.writes.length).toBeGreaterThan(50)
    expect(driver.calls).toEqual(['enable'])
  })

  it('even when the arm cannot be told to hold any more', async () => {
    const { driver, run } = setUpLoop()
    const broken = new Error('gone')
    const fail = () => {
      throw broken
    }
    driver.onRead = () => {
      if (driver.writes.length > 30) fail()
    }
    driver.onWrite = () => {
      if (driver.writes.length > 31) fail()
    }
    await expect(run(5)).rejects.toBe(broken)
  })

  it('before torque is on leaves it off', async () => {
    const { driver, loop, clock } = setUpLoop()
    driver.onRead = () => {
      throw new Error('no answer')
    }
    const started = loop.started.then(
      () => 'started',
      () => 'failed',
    )
    await expect(clock.run(() => loop.run())).rejects.toThrow('no answer')
    expect(await started).toBe('failed')
    expect(driver.calls).toEqual([])
    expect(driver.writes).toEqual([])
  })

  it('in the policy’s arithmetic stops the arm', async () => {
    const policy = new ConstantPolicy(0.5, Number.NaN, 0)
    const { driver, run } = setUpLoop({ policy })
    await expect(run(5)).rejects.toMatchObject({ code: 'ROBOT_SAFETY_STOP' })
    expect(policy.states).toHaveLength(1)
    for (const { goal } of driver.writes) expect(goal.every(Number.isFinite)).toBe(true)
  })

  it('with a jammed joint gives in to it a few times, then stops the arm with little torque', async () => {
    const { driver, run } = setUpLoop({ policy: new ConstantPolicy(0, 1, atHeight(0.05)) })
    driver.isJammed = true
    await expect(run(60)).rejects.toThrow(/trackingError/)
    const { maxTimes, torqueShare } = deployConfig.safety.yield
    // Down and up again each time, and down once more.
    expect(driver.calls).toEqual(['enable', ...new Array(2 * maxTimes + 1).fill('limitTorque')])
    expect(driver.torqueShare[0]).toBe(torqueShare)
    expect(driver.writes.at(-1)!.goal).toEqual(driver.positionRad)
  })

  it('with a servo that gets too hot lays the arm down and releases it', async () => {
    const { clock, driver, run } = setUpLoop()
    clock.schedule(0.5, () => {
      driver.temperatureC[2] = 90
    })
    await expect(run(60)).rejects.toThrow(/servoHeat ended the run; the arm is parked, torque off/)
    expect(driver.calls).toEqual(['enable', 'disable'])
    for (const [i, name] of driver.jointNames.entries()) {
      if (name === 'gripper' || name === 'wrist_roll') continue
      expect(Math.abs(driver.positionRad[i]! - so101.poses.park[name]!)).toBeLessThan(0.03)
    }
  })

  it('with a servo that gets too hot while the arm only holds lays it down, too', async () => {
    const { driver, clock, run } = setUpLoop({ framesEndS: 0.5 })
    const heldS = 0.5 + deployConfig.safety.sensorLostS + 0.5
    clock.schedule(heldS, () => {
      driver.temperatureC[1] = 90
    })
    await expect(run(60)).rejects.toThrow(/servoHeat ended the run; the arm is parked, torque off/)
    expect(driver.calls).toEqual(['enable', 'disable'])
  })

  it('with something in the way for a while gives in to it, then goes on with full torque', async () => {
    const policy = new ConstantPolicy(0, 1, atHeight(0.05))
    const { clock, driver, run } = setUpLoop({ policy })
    driver.isJammed = true
    driver.onWrite = () => {
      if (driver.calls.includes('limitTorque')) driver.isJammed = false
    }
    const report = await run(8)
    expect(report.end).toBe('interrupted')
    expect(driver.calls).toEqual(['enable', 'limitTorque', 'limitTorque'])
    expect([...driver.torqueShare]).toEqual(driver.jointNames.map(() => 1))
    expect(driver.writes.at(-1)!.goal[0]).not.toBe(driver.writes[0]!.goal[0])
    expect(clock.now()).toBeGreaterThan(5)
  })

  it('with readings that lag behind gives in to one obstacle once', async () => {
    const { clock, driver, run } = setUpLoop()
    clock.schedule(1, () => {
      driver.load[0] = 0.95
    })
    let gaveInS = Number.POSITIVE_INFINITY
    driver.onRead = () => {
      if (driver.torqueShare[0]! < 1) gaveInS = Math.min(gaveInS, clock.now())
      if (clock.now() - gaveInS > 0.04) driver.load[0] = 0
    }
    expect((await run(5)).end).toBe('interrupted')
    expect(driver.calls).toEqual(['enable', 'limitTorque', 'limitTorque'])
  })

  it('while it gives in, then parked, moves with all its torque', async () => {
    const { clock, driver, loop, run } = setUpLoop()
    clock.schedule(1, () => {
      driver.load[0] = 0.95
    })
    driver.onWrite = () => {
      if (driver.torqueShare[0]! < 1) driver.load[0] = 0
    }
    await run(2.2)
    expect(driver.torqueShare[0]).toBeLessThan(1)
    const begin = driver.writes.length
    const shares = new Set<number>()
    let last = driver.positionRad.slice()
    driver.onWrite = () => {
      if (driver.positionRad.some((q, i) => q !== last[i])) shares.add(driver.torqueShare[0]!)
      last = driver.positionRad.slice()
    }
    await clock.run(() => loop.park())
    expect(driver.writes.length).toBeGreaterThan(begin + 100)
    expect([...shares]).toEqual([1])
    expect(driver.calls.at(-1)).toBe('disable')
  })

  it('with joint readings that grow old stops the arm', async () => {
    const { clock, driver, run } = setUpLoop()
    clock.schedule(0.5, () => {
      driver.jointAgeS = 1
    })
    await expect(run(5)).rejects.toThrow(/lostJoints/)
    expect(clock.now()).toBeLessThan(0.7)
  })
})

describe('an end from outside', () => {
  it('by the signal slows the arm down, holds it, and leaves torque on', async () => {
    const { driver, ending, clock, loop } = setUpLoop({
      policy: new ConstantPolicy(0, -1, atHeight(0.05)),
    })
    clock.schedule(1, () => ending.abort())
    const report = await clock.run(() => loop.run())
    expect(report.end).toBe('interrupted')
    const pan = driver.writes.map(({ goal }) => goal[0]!)
    const speeds = pan.slice(1).map((value, i) => value - pan[i]!)
    const after = driver.writes.findIndex(({ timeS }) => timeS >= 1) - 1
    const [moving, ...braking] = speeds.slice(after - 1)
    expect(moving).toBeGreaterThan(0.001)
    braking.forEach((speed, k) => {
      expect(speed).toBeGreaterThanOrEqual(0)
      expect(speed).toBeLessThan(k === 0 ? 1.001 * moving! : braking[k - 1]! + 1e-12)
    })
    expect(speeds.at(-1)).toBe(0)
    expect(driver.calls).toEqual(['enable'])
  })

  it('by the emergency stop comes within one cycle', async () => {
    const { driver, requests, clock, run } = setUpLoop()
    clock.schedule(0.5, () => {
      requests.isStopped = true
    })
    const report = await run(5)
    expect(report.end).toBe('emergencyStop')
    expect(clock.now()).toBeLessThan(0.5 + CYCLE_S + 0.13)
    expect(driver.calls).toEqual(['enable'])
  })

  it('by an emergency stop that is asked for beforehand gives the arm no torque', async () => {
    const { driver, requests, run } = setUpLoop()
    requests.isStopped = true
    expect((await run(5)).end).toBe('emergencyStop')
    expect(driver.calls).toEqual([])
    expect(
      driver.writes.every(({ goal }) =>
        goal.every((q, i) => q === so101.poses.rest[driver.jointNames[i]!]),
      ),
    ).toBe(true)
  })

  it('by the number of episodes comes when the last is judged', async () => {
    const { run } = setUpLoop({ episodes: 1, episodeS: 0.8 })
    const report = await run(5)
    expect(report.end).toBe('episodes')
    expect(report.episodes).toHaveLength(1)
    // The object lies at (0.25, 0), the goal at (0.3, 0.05).
    expect(report.episodes[0]!.finalDistanceM).toBeCloseTo(Math.hypot(0.05, 0.05), 9)
    expect(report.episodes[0]).toMatchObject({ isSuccess: false, episode: 0, goal: [0.3, 0.05] })
    expect(report.episodes[0]!.durationS).toBeCloseTo(0.8, 9)
  })

  it('that comes before the beginning leaves the arm alone', async () => {
    const { driver, ending, loop, clock } = setUpLoop()
    ending.abort()
    await expect(clock.run(() => loop.run())).rejects.toBeDefined()
    expect(driver.calls).toEqual([])
    expect(driver.writes).toEqual([])
  })
})
