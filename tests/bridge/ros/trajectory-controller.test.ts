import { describe, expect, it } from 'vitest'
import { stampOf } from '../../../bridge/recording/ros-values.ts'
import type { ServerGoal } from '../../../bridge/ros/graph.ts'
import type { ActionTypes, JointTrajectory } from '../../../bridge/ros/interfaces.ts'
import { sampleSegment } from '../../../bridge/ros/twin/sample-trajectory.ts'
import { TrajectoryController } from '../../../bridge/ros/twin/trajectory-controller.ts'

type Follow = ActionTypes['control_msgs/action/FollowJointTrajectory']

const JOINTS = ['a', 'b']
const PERIOD_S = 0.01
const BEGAN_S = 1000

type Point = { t: number; p: number[]; v?: number[]; a?: number[] }

function trajectory(points: Point[], joint_names: readonly string[] = JOINTS): JointTrajectory {
  return {
    header: { stamp: { sec: 0, nanosec: 0 }, frame_id: '' },
    joint_names,
    points: points.map(({ t, p, v, a }) => ({
      positions: p,
      ...(v && { velocities: v }),
      ...(a && { accelerations: a }),
      time_from_start: stampOf(t),
    })),
  }
}

/** A controller whose joints are wherever `follow` puts them after each update. */
function setUp(
  options: Partial<ConstructorParameters<typeof TrajectoryController>[0]> = {},
  follow: (position: Float64Array, command: Float64Array) => void = (q, c) => q.set(c),
) {
  const position = new Float64Array(2)
  const controller = new TrajectoryController(
    { joints: JOINTS, periodS: PERIOD_S, ...options },
    position,
  )
  let numUpdates = 0
  const run = (seconds: number) => {
    for (let k = Math.round(seconds / PERIOD_S); k > 0; k--) {
      controller.update(BEGAN_S + numUpdates++ * PERIOD_S, position, new Float64Array(2))
      follow(position, controller.command)
    }
    return Array.from(controller.command)
  }
  return { controller, position, run }
}

function goal(message: JointTrajectory, more: Partial<Follow['goal']> = {}) {
  const ends: string[] = []
  const seen: ServerGoal<Follow> = {
    goal: { trajectory: message, ...more },
    feedback() {},
    succeed: ({ error_code }) => void ends.push(`succeeded ${error_code}`),
    abort: ({ error_code }) => void ends.push(`aborted ${error_code}`),
  }
  return { seen, ends }
}

describe('between two points of a trajectory', () => {
  const at = (x: number, begin: Point, end: Point) => {
    const of = ({ t, p, v, a }: Point) => ({
      timeS: t,
      positions: Float64Array.from(p),
      velocities: v ? Float64Array.from(v) : null,
      accelerations: a ? Float64Array.from(a) : null,
    })
    const out = new Float64Array(1)
    sampleSegment({ beginS: begin.t, begin: of(begin), endS: end.t, end: of(end) }, x, out)
    return out[0]!
  }

  it('goes straight where only positions are given', () => {
    expect(at(1.5, { t: 1, p: [2] }, { t: 3, p: [6] })).toBeCloseTo(3, 12)
  })

  it('follows any cubic whose ends have its velocities', () => {
    const q = (t: number) => 2 - t + 0.5 * t ** 2 + 0.3 * t ** 3
    const v = (t: number) => -1 + t + 0.9 * t ** 2
    const point = (t: number) => ({ t, p: [q(t)], v: [v(t)] })
    for (const t of [0.5, 1.1, 2.4]) expect(at(t, point(0.5), point(2.5))).toBeCloseTo(q(t), 12)
  })

  it('follows any quintic whose ends have its velocities and accelerations', () => {
    const q = (t: number) => 1 + t - t ** 2 + 0.4 * t ** 3 - 0.2 * t ** 4 + 0.05 * t ** 5
    const v = (t: number) => 1 - 2 * t + 1.2 * t ** 2 - 0.8 * t ** 3 + 0.25 * t ** 4
    const a = (t: number) => -2 + 2.4 * t - 2.4 * t ** 2 + t ** 3
    const point = (t: number) => ({ t, p: [q(t)], v: [v(t)], a: [a(t)] })
    for (const t of [0.3, 1, 1.9, 2.7]) expect(at(t, point(0.3), point(2.8))).toBeCloseTo(q(t), 10)
  })
})

describe('an emulated joint_trajectory_controller', () => {
  it('holds where it began until it is told something', () => {
    expect(setUp().run(1)).toEqual([0, 0])
  })

  it('takes joints in any order, and holds the last point', () => {
    const { controller, run } = setUp()
    expect(controller.follow(trajectory([{ t: 0.1, p: [2, 1] }], ['b', 'a']), BEGAN_S)).toBeNull()
    expect(run(0.2)).toEqual([1, 2])
    expect(run(5)).toEqual([1, 2])
  })

  it('commands the coming update: after the first of ten it is a tenth of the way', () => {
    const { controller, run } = setUp()
    controller.follow(trajectory([{ t: 0.1, p: [1, 0] }]), BEGAN_S)
    expect(run(PERIOD_S)[0]).toBeCloseTo(0.1, 6)
    expect(run(4 * PERIOD_S)[0]).toBeCloseTo(0.5, 6)
  })

  it('replaces a trajectory at once, from where the joints are measured', () => {
    const { controller, position, run } = setUp({}, () => {})
    controller.follow(trajectory([{ t: 1, p: [1, 0] }]), BEGAN_S)
    run(0.5)
    position.set([0.2, 0])
    controller.follow(trajectory([{ t: 0.1, p: [0, 0] }]), BEGAN_S)
    // One update of ten: nine tenths of the measured 0.2 are left.
    expect(run(PERIOD_S)[0]).toBeCloseTo(0.18, 6)
  })

  it('begins where the last set-point was if it is told to, so that a lagging joint gets there', () => {
    const lagging = (q: Float64Array, command: Float64Array) => {
      for (let i = 0; i < q.length; i++) q[i]! += 0.1 * (command[i]! - q[i]!)
    }
    const stream = (interpolatesFromDesired: boolean) => {
      const { controller, position, run } = setUp({ interpolatesFromDesired }, lagging)
      for (let k = 0; k < 20; k++) {
        controller.follow(trajectory([{ t: 0.04, p: [1, 0] }]), BEGAN_S)
        run(PERIOD_S)
      }
      return position[0]!
    }
    // From the measurement each update asks for a quarter of the way; from the set-point it adds up.
    expect(stream(false)).toBeCloseTo(1 - (1 - 0.1 / 4) ** 20, 6)
    expect(stream(true)).toBeGreaterThan(0.75)
  })

  it.each<[string, JointTrajectory]>([
    ['no points', trajectory([])],
    ['no joint c', trajectory([{ t: 1, p: [0, 0] }], ['a', 'c'])],
    ['not all joints of the controller', trajectory([{ t: 1, p: [0] }], ['a'])],
    [
      'times do not increase',
      trajectory([
        { t: 1, p: [0, 0] },
        { t: 1, p: [1, 1] },
      ]),
    ],
    ['a point without all positions', trajectory([{ t: 1, p: [0] }])],
    ['the last velocity is not zero', trajectory([{ t: 1, p: [0, 0], v: [0, 0.1] }])],
    ['ends in the past', { ...trajectory([{ t: 1, p: [0, 0] }]), header: stamped(BEGAN_S - 2) }],
  ])('ignores a trajectory with %s', (reason, message) => {
    const { controller, run } = setUp()
    expect(controller.follow(message, BEGAN_S)).toBe(reason)
    expect(controller.wouldAccept({ trajectory: message }, BEGAN_S)).toBe(false)
    expect(run(1)).toEqual([0, 0])
  })

  it('starts a stamped trajectory at its stamp', () => {
    const { controller, run } = setUp()
    const later = {
      ...trajectory([
        { t: 0.1, p: [1, 0] },
        { t: 0.2, p: [0, 0] },
      ]),
    }
    controller.follow({ ...later, header: stamped(BEGAN_S + 0.4) }, BEGAN_S)
    // The way to the first point, due at 0.5, begins now.
    expect(run(0.25)[0]).toBeCloseTo(0.5, 2)
    expect(run(0.25)[0]).toBeCloseTo(1, 2)
    expect(run(0.2)[0]).toBeCloseTo(0, 6)
  })

  it('ends a goal with success when it is there', () => {
    const { controller, run } = setUp({ goalTolerance: 0.01 })
    const { ends, seen } = goal(trajectory([{ t: 0.1, p: [1, 0] }]))
    controller.pursue(seen)
    run(0.08)
    expect(ends).toEqual([])
    run(0.05)
    expect(ends).toEqual(['succeeded 0'])
  })

  it('aborts with -4 and holds where it is when it strays from the path', () => {
    const { controller, position, run } = setUp({ pathTolerance: 0.1 }, () => {})
    const { ends, seen } = goal(trajectory([{ t: 1, p: [1, 0] }]))
    controller.pursue(seen)
    position.set([0.05, 0])
    run(0.5)
    expect(ends).toEqual(['aborted -4'])
    expect(Array.from(controller.command)).toEqual([0.05, 0])
  })

  it('waits for the goal’s tolerance as long as it may, then aborts with -5', () => {
    const { controller, run } = setUp({ goalTolerance: 0.01, goalTimeS: 0.3 }, () => {})
    const { ends, seen } = goal(trajectory([{ t: 0.1, p: [1, 0] }]))
    controller.pursue(seen)
    run(0.38)
    expect(ends).toEqual([])
    run(0.1)
    expect(ends).toEqual(['aborted -5'])
    const forEver = setUp({ goalTolerance: 0.01 }, () => {})
    const other = goal(trajectory([{ t: 0.1, p: [1, 0] }]))
    forEver.controller.pursue(other.seen)
    forEver.run(30)
    expect(other.ends).toEqual([])
  })

  it('takes the tolerances of a goal, -1 for none', () => {
    const tolerance = (position: number) => [{ name: 'a', position, velocity: 0, acceleration: 0 }]
    const judged = (path_tolerance: Follow['goal']['path_tolerance'], byDefault: number) => {
      const { controller, run } = setUp({ pathTolerance: byDefault }, () => {})
      const { ends, seen } = goal(trajectory([{ t: 1, p: [1, 0] }]), {
        path_tolerance: path_tolerance!,
      })
      controller.pursue(seen)
      run(0.5)
      return ends
    }
    expect(judged(tolerance(0.1), 0)).toEqual(['aborted -4'])
    expect(judged(tolerance(-1), 0.1)).toEqual([])
    expect(judged(tolerance(0), 0.1)).toEqual(['aborted -4'])
    // An unknown joint leaves all defaults as they are.
    expect(judged([{ name: 'c', position: -1, velocity: 0, acceleration: 0 }], 0.1)).toEqual([
      'aborted -4',
    ])
  })

  it('aborts a goal that another replaces with -1', () => {
    const { controller, run } = setUp()
    const [first, second] = [0.5, -0.5].map((q) => goal(trajectory([{ t: 0.2, p: [q, 0] }])))
    controller.pursue(first!.seen)
    run(0.1)
    controller.pursue(second!.seen)
    run(0.5)
    expect(first!.ends).toEqual(['aborted -1'])
    expect(second!.ends).toEqual(['succeeded 0'])
    expect(controller.command[0]).toBeCloseTo(-0.5, 9)
  })

  it('holds where it is when a goal is canceled', () => {
    const { controller, position, run } = setUp()
    const { seen } = goal(trajectory([{ t: 1, p: [1, 0] }]))
    controller.pursue(seen)
    run(0.5)
    controller.cancel(seen)
    // Where its last update measured it: one update before where it is by now.
    expect(position[0]).toBeCloseTo(0.5, 9)
    expect(run(1)[0]).toBeCloseTo(0.49, 9)
  })
})

function stamped(timeS: number) {
  return { stamp: stampOf(timeS), frame_id: '' }
}
