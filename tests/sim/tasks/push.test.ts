import { describe, expect, it } from 'vitest'
import { type ArmState, createArmState, type Physics } from '../../../sim/engines/engine.ts'
import { nominalValues } from '../../../sim/randomization/draw.ts'
import { createPhysics, drawPhysics } from '../../../sim/randomization/draw-physics.ts'
import { push } from '../../../sim/tasks/push.ts'
import type { Task } from '../../../sim/tasks/task.ts'
import { model, onArm } from '../push-setup.ts'

const createTask = push.prepare({ model, onArm, thresholdM: 0.05 })
const NAMES = Object.keys(push.terms)
const FAR_AWAY = [9, 9, 0]
/** What a distance counts at most. */
const LOST_M = 0.6

function physicsOn(tableM = 0): Physics {
  const physics = createPhysics(model, onArm)
  const draw = { values: nominalValues(model, onArm), coordinates: new Float32Array(0), pinned: -1 }
  drawPhysics(draw, model, onArm, physics)
  physics.table.heightM = tableM
  return physics
}

function stateAt(object: number[], tip: number[]): ArmState {
  const state = createArmState(model.numJoints, 1)
  state.objects[0]!.position.set(object)
  state.tip.set(tip)
  return state
}

const termsOf = (task: Task) =>
  Object.fromEntries(NAMES.map((name, i) => [name, task.terms[i]!])) as Record<string, number>

/** Both distances, the second from what approaching it from far away is worth. */
function distancesOf(object: number[], tip: number[], goal: number[], tableM = 0) {
  const task = createTask()
  const physics = physicsOn(tableM)
  task.goal.set(goal)
  task.look(stateAt(object, FAR_AWAY), physics)
  task.reward(stateAt(object, tip), physics, new Float64Array(3), false)
  return { goalM: task.outcome.distanceM, behindM: LOST_M - termsOf(task)['approach']! }
}

/** Terms of a step that brings the object from one distance to another. */
function stepTerms(before: number, after: number, isLast = false): Record<string, number> {
  const task = createTask()
  const physics = physicsOn()
  task.goal.set([0.3, 0])
  task.look(stateAt([0.3 - before, 0, 0.018], FAR_AWAY), physics)
  const action = Float64Array.of(1, -0.5, 0)
  task.reward(stateAt([0.3 - after, 0, 0.018], FAR_AWAY), physics, action, isLast)
  return termsOf(task)
}

describe('the distances of a push', () => {
  it('are object to goal, and tip to the place behind the object at pushing height', () => {
    // Goal 10 cm ahead of the object: behind it is 3 + 1 + 1.2 = 5.2 cm back.
    const at = distancesOf([0.2, 0, 0.018], [0.148, 0, 0.018], [0.3, 0])
    expect(at.goalM).toBeCloseTo(0.1, 9)
    expect(at.behindM).toBeCloseTo(0, 5)
    // The tip 3 cm to the left of there and 4 cm above: 5 cm.
    const off = distancesOf([0.2, 0, 0.018], [0.148, 0.03, 0.058], [0.3, 0])
    expect(off.behindM).toBeCloseTo(0.05, 5)
  })

  it('turn with the direction of the goal', () => {
    // Goal to the left (+y): behind is to the right.
    const at = distancesOf([0.2, 0.05, 0], [0.2, 0.05 - 0.052, 0.018], [0.2, 0.15])
    expect(at.behindM).toBeCloseTo(0, 5)
  })

  it('let the place behind move under the object as it arrives', () => {
    // 2 cm to go, half of 4 cm: half of 5.2 cm behind.
    const near = distancesOf([0.2, 0, 0], [0.2 - 0.026, 0, 0.018], [0.22, 0])
    expect(near.behindM).toBeCloseTo(0, 5)
    const there = distancesOf([0.2, 0, 0], [0.2, 0, 0.018], [0.2, 0])
    expect(there.behindM).toBeCloseTo(0, 5)
  })

  it('measure the height above a raised table', () => {
    const at = distancesOf([0.2, 0, 0], [0.148, 0, 0.028], [0.3, 0], 0.01)
    expect(at.behindM).toBeCloseTo(0, 5)
  })

  it('count an object that fell off the table as lost, no farther', () => {
    expect(distancesOf([0.2, 0, -40], [0.2, 0, 0.1], [3, 0]).goalM).toBe(LOST_M)
    expect(distancesOf([5, 5, -40], [0.2, 0, 0.1], [0.2, 0]).behindM).toBe(LOST_M)
  })
})

describe('the terms of a step', () => {
  it('are the distances gained, the place reached and the effort made', () => {
    const terms = stepTerms(0.08, 0.06)
    expect(terms['progress']).toBeCloseTo(0.02, 12)
    expect(terms['inside']).toBe(0)
    // exp(-(6 cm / 3 cm)²) = exp(-4).
    expect(terms['precision']).toBeCloseTo(Math.exp(-4), 12)
    expect(terms['effort']).toBe(1.25)
    expect(terms['success']).toBe(0)
  })

  it('count as success only inside the threshold and on the last step', () => {
    expect(stepTerms(0.06, 0.049)).toMatchObject({ inside: 1, success: 0 })
    expect(stepTerms(0.06, 0.049, true)).toMatchObject({ inside: 1, success: 1 })
    expect(stepTerms(0.06, 0.051, true)).toMatchObject({ inside: 0, success: 0 })
  })
})

describe('what a push is judged by', () => {
  it('is the object, and its distance from the goal', () => {
    const task = createTask()
    task.goal.set([0.3, 0.1])
    task.look(stateAt([0.3, 0.06, 0.018], FAR_AWAY), physicsOn())
    expect(task.outcome.distanceM).toBeCloseTo(0.04, 12)
    expect(task.outcome.isMet).toBe(true)
    expect([...task.outcome.point]).toEqual([0.3, 0.06, 0.018])
  })
})
