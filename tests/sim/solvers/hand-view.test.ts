import { expect, it } from 'vitest'
import { compileArm } from '../../../robot/model/compile-arm.ts'
import { loadArmDescription } from '../../../robot/model/load-arm.node.ts'
import { HandView } from '../../../sim/solvers/hand-view.ts'

function modelOf(name: string) {
  const arm = loadArmDescription(name)
  return compileArm(arm, { joints: arm.joints.map((joint) => joint.name) })
}

it('knows how far from the tool point the fingers of an open hand are', () => {
  // Each of a Panda's fingers moves by 40 mm.
  expect(new HandView(modelOf('panda')).openingM).toBeCloseTo(0.04, 4)
})

it('says where a point is along its opening, across it and along its fingers', () => {
  const model = modelOf('panda')
  const hand = new HandView(model)
  hand.look(Float32Array.from(model.restPose), 0)
  const out = new Float64Array(3)
  const [ox, oy] = hand.opening
  // At rest a Panda's hand points straight down.
  hand.locate([0.03 * ox! - 0.01 * oy!, 0.03 * oy! + 0.01 * ox!, -0.02], out)
  for (const [k, expected] of [0.03, 0.01, 0.02].entries()) expect(out[k]).toBeCloseTo(expected, 4)
})
