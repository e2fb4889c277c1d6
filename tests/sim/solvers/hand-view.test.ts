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

it('rests as soon as it closes no further, although it trembles; not while it closes slowly, nor when it opens', () => {
  const model = modelOf('so101')
  const { closed, joint, open } = model.gripper!
  const hand = new HandView(model)
  const q = Float32Array.from(model.restPose)
  const lookAt = (share: number) => {
    q[joint] = closed + share * (open - closed)
    hand.look(q, 0)
    return hand.isStill
  }
  for (let k = 0; k < 20; k++) expect(lookAt(1 - 0.02 * k)).toBe(false)
  const trembling = Array.from({ length: 20 }, (_, k) => lookAt(0.6 + 0.03 * Math.sin(2 * k)))
  expect(trembling.slice(10)).not.toContain(false)
  // A fifth of a stroke per second, of a hand that is looked at 25 times a second.
  const slow = Array.from({ length: 40 }, (_, k) => lookAt(0.56 - 0.008 * k))
  expect(slow.slice(5)).not.toContain(true)
  for (let k = 0; k < 10; k++) lookAt(0.25)
  expect(hand.isStill).toBe(true)
  expect(lookAt(0.5)).toBe(false)
})
