import { describe, expect, it } from 'vitest'
import { nominalValues, type ParameterValues } from '../../../sim/randomization/draw.ts'
import { createPhysics, drawPhysics } from '../../../sim/randomization/draw-physics.ts'
import { model, onArm } from '../push-setup.ts'

function physicsOf(changes: Partial<Record<keyof ParameterValues, number>>) {
  const values = nominalValues(model, onArm)
  for (const [name, value] of Object.entries(changes)) {
    values[name as keyof ParameterValues].fill(value)
  }
  const physics = createPhysics(model, onArm)
  drawPhysics({ values, coordinates: new Float32Array(0), pinned: -1 }, model, onArm, physics)
  return physics
}

describe('the physics of a draw', () => {
  it('is the arm and task as described when nothing is changed', () => {
    const physics = physicsOf({})
    expect(physics.linkMassKg).toEqual(model.massKg)
    expect(physics.stiffnessNmPerRad).toEqual(model.stiffnessNmPerRad)
    expect(physics.stallTorqueNm).toEqual(model.stallTorqueNm)
    expect(physics.coulombNm).toEqual(model.coulombNm)
    expect(physics.backlashRad).toEqual(model.backlashRad)
    expect([...physics.gravity]).toEqual([-0, -0, -9.81])
    const { name, kind, halfSizeM, ...rest } = onArm.objects[0]!
    expect(name).toBe('puck')
    expect(physics.objects).toEqual([
      {
        ...rest,
        comM: new Float64Array(3),
        shape: { kind, halfSizeM: Float64Array.from(halfSizeM) },
      },
    ])
    expect(physics.table).toEqual({ heightM: 0, tiltXRad: 0, tiltYRad: 0, frictionTip: 0.3 })
  })

  it('gives each joint its own backlash, in proportion to the arm’s first', () => {
    for (const own of [
      [0.01, 0.05, 0, 0.02, 0.01],
      [0, 0.05, 0, 0.02, 0.01],
    ]) {
      const arm = { ...model, backlashRad: Float64Array.from(own) }
      const physics = createPhysics(arm, onArm)
      const draw = { coordinates: new Float32Array(0), pinned: -1 }
      const values = nominalValues(arm, onArm)
      drawPhysics({ values, ...draw }, arm, onArm, physics)
      expect([...physics.backlashRad]).toEqual(own)
      values.backlashRad.fill(0.03)
      drawPhysics({ values, ...draw }, arm, onArm, physics)
      // A first joint without any cannot say in what proportion.
      const worn = own.map((each) => (own[0] === 0 ? each + 0.03 : each * 3))
      for (const [i, rad] of worn.entries()) expect(physics.backlashRad[i]).toBeCloseTo(rad, 12)
    }
  })

  it('multiplies what is a scale and replaces what is a value', () => {
    const physics = physicsOf({
      stiffness: 1.5,
      stiffnessPerJoint: 1.1,
      stallTorque: 0.8,
      linkMass: 1.2,
      damping: 0.7,
      armature: 1.25,
      coulombNm: 0.1,
      loadFriction: 0.2,
      backlashRad: 0.03,
      objectMassKg: 0.15,
      objectWidth: 1.1,
      objectHeight: 0.9,
      tableHeightM: 0.004,
    })
    for (let i = 0; i < model.numJoints; i++) {
      expect(physics.stiffnessNmPerRad[i]).toBeCloseTo(8.9 * 1.5 * 1.1, 12)
      expect(physics.stallTorqueNm[i]).toBeCloseTo(3.25 * 0.8, 12)
      expect(physics.linkMassKg[i]).toBeCloseTo(1.2 * model.massKg[i]!, 12)
      expect(physics.inertiaScale[i]).toBe(1.2)
      expect(physics.dampingNmSPerRad[i]).toBeCloseTo(0.6 * 0.7, 12)
      expect(physics.armatureKgM2[i]).toBeCloseTo(0.028 * 1.25, 12)
      expect(physics.coulombNm[i]).toBe(0.1)
      expect(physics.loadFriction[i]).toBe(0.2)
      expect(physics.backlashRad[i]).toBe(0.03)
    }
    expect(physics.objects[0]!.massKg).toBe(0.15)
    expect([...physics.objects[0]!.shape.halfSizeM]).toEqual([0.033, 0.033, 0.018 * 0.9])
    expect(physics.table.heightM).toBe(0.004)
  })

  it('tilts gravity without changing its strength', () => {
    const { gravity } = physicsOf({ gravity: 1.1, gravityTiltXRad: 0.08, gravityTiltYRad: -0.05 })
    expect(Math.hypot(...gravity)).toBeCloseTo(1.1 * 9.81, 9)
    // A base that leans forward by 0.08 rad sees gravity lean back along -x by as much.
    expect(Math.asin(-gravity[0]! / (1.1 * 9.81))).toBeCloseTo(0.08, 12)
    expect(Math.atan2(-gravity[1]!, -gravity[2]!)).toBeCloseTo(-0.05, 12)
  })
})
