// Push the puck out of the circle round the place where it lies.
import { createOutcome, createToolStart, observationOffset, restOnTable } from 'sim2arm/sim'

/** @type {import('sim2arm/sim').TaskDefinition<'radiusM'>} */
export default {
  parameters: { radiusM: 'radius of the circle' },
  terms: {
    progress: 'increase of the distance from the middle [m]',
    approach: 'decrease of the distance from tip to puck [m]',
    success: '1 at the end of the episode outside the circle',
  },
  goalSize: 2, // x and y of the middle: what the policy is told
  prepare({ model, onArm, thresholdM }) {
    const drawTool = createToolStart(model, onArm)
    return () => {
      const [goal, terms, outcome] = [new Float64Array(2), new Float64Array(3), createOutcome()]
      let [outM, awayM] = [0, 0]
      /** @param {import('sim2arm/sim').ArmState} state */
      const look = ({ tip, objects: [puck] }) => {
        outM = Math.hypot(puck.position[0] - goal[0], puck.position[1] - goal[1])
        awayM = Math.hypot(puck.position[0] - tip[0], puck.position[1] - tip[1])
        outcome.distanceM = Math.max(0, onArm.parameters.radiusM - outM)
        outcome.point.set(puck.position)
      }
      return {
        goal,
        terms,
        outcome,
        look,
        numFeatures: 0, // the critic sees the true state without them
        writeFeatures() {},
        begin(random, physics, zeroOffsetRad, start) {
          const { xM, yM } = onArm.area
          goal.set([random.between(xM[0], xM[1]), random.between(yM[0], yM[1])])
          const halfHeightM = physics.objects[0].shape.halfSizeM[2]
          restOnTable(physics.table, halfHeightM, goal[0], goal[1], 0, start.objects[0])
          drawTool(random, start.objects, zeroOffsetRad, start.q)
        },
        newGoal: (_random, { objects: [puck] }) => goal.set(puck.position.subarray(0, 2)),
        reward(state, _physics, _action, isLastStep) {
          const [outBeforeM, awayBeforeM] = [outM, awayM]
          look(state)
          const isOut = outcome.distanceM < thresholdM
          terms.set([outM - outBeforeM, awayBeforeM - awayM, isLastStep && isOut ? 1 : 0])
        },
      }
    }
  },
}

/**
 * A scripted way through it, which needs nothing but what a policy sees: low, and at the puck.
 *
 * @type {import('sim2arm/sim').CreateSolver}
 */
export const solver = ({ spec }) => ({
  reset() {},
  act(observation, begin, action, actionBegin) {
    const at = begin + observationOffset(spec, 'toolToObject')
    const length = Math.hypot(observation[at], observation[at + 1])
    action.set([observation[at] / length, observation[at + 1] / length, 0], actionBegin)
  },
})
