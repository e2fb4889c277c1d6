import { describe, expect, it } from 'vitest'
import { createWholeArmRules } from '../../../robot/safety/safety-filter.ts'
import { createStuckJointsRule } from '../../../robot/safety/stuck-joints.ts'
import { deployConfig } from '../../bridge/deploy/loop-setup.ts'
import { model, so101 } from '../../sim/push-setup.ts'
import { safetyContext } from './safety-context.ts'

const DT_S = 0.01
/** An SO-101's servo is late by 4 frames of 1/30 s, or 5. */
const DELAY_CYCLES = 13
const LONG_DELAY_CYCLES = 17
const TOOL_MARGIN_M = 0.02
/** 0.95 of 3.25 Nm on 8.9 Nm/rad: what an SO-101 takes for blocked. */
const maxErrorRad = new Float64Array(model.numJoints).fill(0.347)
const indices = Int32Array.from(model.jointNames, (_, i) => i)
const place = { arm: so101, model, indices }
const { safety } = deployConfig

const createRule = () =>
  createStuckJointsRule(maxErrorRad, createWholeArmRules(safety, place, TOOL_MARGIN_M))

/**
 * Height of an SO-101's tool point over its base, by the numbers of its makers' URDF: from the shoulder's axis at
 * 0.0624 + 0.0542 m the arm is a chain of three bent bars in a plane [m].
 */
function heightM([, lift, elbow, wrist]: ArrayLike<number> & Iterable<number>): number {
  const bars = [
    [0.028, 0.11257],
    [0.1349, 0.0052],
    [0.0611 + 0.0981274, -0.0079],
  ] as const
  let height = 0.0624 + 0.0542
  let pitch = 0
  for (const [k, turn] of [lift!, elbow!, wrist!].entries()) {
    pitch += turn
    height += bars[k]![1] * Math.cos(pitch) - bars[k]![0] * Math.sin(pitch)
  }
  return height
}

const degrees = (...angles: number[]) => Float64Array.from(angles, (a) => (a * Math.PI) / 180)
/** Over the table, and forward at that height: only together do shoulder and elbow keep the tool up. */
const NEAR = degrees(0, -28, 38, 73, 0)
const FAR = degrees(0, 20, -14, 60, 0)

type Rule = ReturnType<typeof createRule>

interface Walk {
  readonly commands: Float64Array[]
  readonly lowestM: number
  readonly verdicts: ReadonlySet<string>
}

/** An arm that follows late, but for a jammed elbow if told so, led from one pose to the other in a second. */
function lead(rule: Rule | undefined, jammed: boolean): Walk {
  const commands = [NEAR.slice()]
  const verdicts = new Set<string>()
  let lowestM = Number.POSITIVE_INFINITY
  for (let cycle = 1; cycle <= 130; cycle++) {
    const previousCommand = commands.at(-1)!
    const measuredQ = commands[Math.max(0, commands.length - DELAY_CYCLES)]!.slice()
    if (jammed) measuredQ[2] = NEAR[2]!
    lowestM = Math.min(lowestM, heightM(measuredQ))
    const share = Math.min(1, cycle / 100)
    const command = NEAR.map((q, i) => q + share * (FAR[i]! - q))
    const context = safetyContext(model.numJoints, { dtS: DT_S, measuredQ, previousCommand })
    if (rule !== undefined) verdicts.add(rule.apply(command, context))
    commands.push(command)
  }
  return { commands, lowestM, verdicts }
}

describe('the rule about stuck joints', () => {
  it('has a check of its own: the closed form gives published poses', () => {
    expect(heightM([0, 0, 0, 0])).toBeCloseTo(0.22647, 5)
    expect(heightM([0, -0.6, 0.9, 0.4])).toBeCloseTo(0.0818, 5)
  })

  it('keeps the tool of an arm with a jammed elbow off the table', () => {
    const { commands, lowestM: unruled } = lead(undefined, true)
    for (const command of commands) expect(heightM(command)).toBeGreaterThan(0.05)
    expect(unruled).toBeLessThan(-0.03)
    const { lowestM, verdicts } = lead(createRule(), true)
    expect(verdicts).toContain('limited')
    expect(lowestM).toBeGreaterThan(0.01)
  })

  it('leaves the same way alone where all joints follow', () => {
    const { commands, verdicts } = lead(createRule(), false)
    expect([...verdicts]).toEqual(['pass'])
    for (const [i, q] of FAR.entries()) expect(commands.at(-1)![i]).toBeCloseTo(q, 12)
  })

  it('leaves alone what servos do that follow: late, beyond, and hanging lower', () => {
    const rule = createRule()
    const low = degrees(0, 33, -24, 81, 0)
    const commands: Float64Array[] = [low]
    for (let cycle = 1; cycle < 600; cycle++) {
      // At most 4 rad/s, with pauses; 20 % beyond the turns and up to 7 degrees of sag.
      const swing = (k: number) => (k % 300 < 200 ? 0.4 * (Math.cos((k % 300) / 10) - 1) : 0)
      const command = low.slice()
      command[1]! += swing(cycle)
      const measuredQ = low.slice()
      measuredQ[1]! += 1.2 * swing(Math.max(0, cycle - LONG_DELAY_CYCLES)) + 0.12
      const wanted = command.slice()
      const context = { dtS: DT_S, measuredQ, previousCommand: commands.at(-1)! }
      expect(rule.apply(command, safetyContext(model.numJoints, context))).toBe('pass')
      expect(command).toEqual(wanted)
      commands.push(command)
    }
  })

  it('lets an arm with a stuck joint come up, and tells that joint what it was told', () => {
    const rule = createRule()
    const measuredQ = degrees(0, 12, 37, 80, 0)
    const previousCommand = degrees(0, 12, 16, 80, 0)
    expect(heightM(measuredQ)).toBeLessThan(TOOL_MARGIN_M)
    const apply = (command: Float64Array) =>
      rule.apply(command, safetyContext(model.numJoints, { dtS: DT_S, measuredQ, previousCommand }))
    for (let cycle = 0; cycle < 30; cycle++) apply(previousCommand.slice())
    const up = degrees(0, 11.5, 15, 80, 0)
    expect(apply(up)).toBe('pass')
    expect(up).toEqual(degrees(0, 11.5, 15, 80, 0))
    const down = degrees(0, 12.5, 15, 80, 0)
    expect(apply(down)).toBe('limited')
    expect(down[1]).toBeCloseTo(previousCommand[1]!, 3)
    expect(down[2]).toBe(degrees(15)[0])
  })

  it('takes no joint for stuck that is not measured, or not yet for long', () => {
    const nowhere = new Float64Array(model.numJoints).fill(Number.NaN)
    for (const measuredQ of [nowhere, degrees(0, 12, 37, 80, 0)]) {
      const rule = createRule()
      const previousCommand = degrees(0, 12, 16, 80, 0)
      for (let cycle = 0; cycle < 15; cycle++) {
        const down = degrees(0, 12.5, 16, 80, 0)
        const context = { dtS: DT_S, measuredQ, previousCommand }
        expect(rule.apply(down, safetyContext(model.numJoints, context))).toBe('pass')
      }
    }
  })
})
