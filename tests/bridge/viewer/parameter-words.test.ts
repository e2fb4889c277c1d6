import { describe, expect, it } from 'vitest'
import { parameterWords } from '../../../bridge/viewer/parameter-words.ts'

describe('a parameter’s name in words', () => {
  it.each([
    ['objectMassKg', 'object mass', 'kg'],
    ['objectBiasXM', 'object bias x', 'm'],
    ['gravityTiltYRad', 'gravity tilt y', 'rad'],
    ['commandDelayS', 'command delay', 's'],
    ['coulombNm', 'coulomb', 'N m'],
    ['toolPushN', 'tool push', 'N'],
    ['objectRateHz', 'object rate', 'Hz'],
    ['objectDropsPerS', 'object drops', '1/s'],
    ['pushesPerS', 'pushes', '1/s'],
    ['objectPushMPerS', 'object push', 'm/s'],
    ['dampingNmSPerRad', 'damping', 'N m s/rad'],
    ['maxAccelerationRadPerS2', 'max acceleration', 'rad/s²'],
  ])('takes the unit from its ending: %s', (name, label, unit) => {
    expect(parameterWords(name)).toEqual({ label, unit })
  })

  it.each([
    ['gravity', 'gravity'],
    ['linkMass', 'link mass'],
    ['stiffnessPerJoint', 'stiffness per joint'],
    ['objectFrictionTip', 'object friction tip'],
  ])('has no unit where the ending is none: %s', (name, label) => {
    expect(parameterWords(name)).toEqual({ label, unit: '' })
  })
})
