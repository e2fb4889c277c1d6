import { describe, expect, it } from 'vitest'
import {
  type ControlSpec,
  canonicalJson,
  createControlSpec,
  firstDifference,
  observationOffset,
  observationSize,
  specHash,
} from '../../../robot/io/spec.ts'
import { model, onArm } from '../../sim/push-setup.ts'

const spec = createControlSpec(model, onArm.control)

/** Every path to a number, string or boolean. */
function leavesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

/** The same spec with one leaf changed. */
function withChange(path: readonly string[], to: (old: unknown) => unknown): ControlSpec {
  const copy = structuredClone(spec) as unknown as Record<string, unknown>
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
  const last = path.at(-1)!
  parent[last] = to(parent[last])
  return copy as unknown as ControlSpec
}

describe('a control spec', () => {
  it('lays the terms out one after the other', () => {
    // 5 joints, 5 errors, 3 + 3 tips, object 2 + 1 + 1, goal 2, differences 2 + 2, action 3, trims 3.
    expect(observationSize(spec)).toBe(32)
    expect(observationOffset(spec, 'jointPosition')).toBe(0)
    expect(observationOffset(spec, 'commandedTool')).toBe(13)
    expect(observationOffset(spec, 'objectAge')).toBe(18)
    expect(observationOffset(spec, 'setpointTrim')).toBe(29)
    expect(() => observationOffset(spec, 'tip')).toThrow(RangeError)
  })

  it('has no trim term when no joint is trimmed', () => {
    const { action } = onArm.control
    const plain = createControlSpec(model, {
      ...onArm.control,
      action: { ...action, trim: { ...action.trim, joints: [] } },
    })
    expect(observationSize(plain)).toBe(29)
    expect(() => observationOffset(plain, 'setpointTrim')).toThrow(RangeError)
  })
})

describe('the hash of a spec', () => {
  it('is FNV-1a, 64 bits, of the canonical JSON', () => {
    // Worked out by an independent implementation in Python over the UTF-8 bytes.
    expect(specHash({} as ControlSpec)).toBe('08f44b07b5901a25')
    const small = { b: [true, null, 'x'], a: 1 } as unknown as ControlSpec
    expect(specHash(small)).toBe('dfbb1f98a6d14526')
  })

  it('is the same for equal specs, in whatever order their keys stand', () => {
    const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as ControlSpec
    expect(specHash(structuredClone(spec))).toBe(specHash(spec))
    expect(specHash(reversed)).toBe(specHash(spec))
  })

  it('changes with every single field', () => {
    const hashes = leavesOf(spec).map((path) =>
      specHash(withChange(path, (old) => (typeof old === 'number' ? old + 0.001 : `${old}'`))),
    )
    expect(hashes.length).toBeGreaterThan(70)
    expect(new Set([specHash(spec), ...hashes]).size).toBe(hashes.length + 1)
  })

  it('changes when joints swap places', () => {
    const swapped = { ...spec, joints: [...spec.joints].reverse() }
    expect(specHash(swapped)).not.toBe(specHash(spec))
  })
})

describe('the first difference of two specs', () => {
  it('is nothing for equal ones', () => {
    expect(firstDifference(spec, structuredClone(spec))).toBeNull()
  })

  it('names the path, what was expected and what was found', () => {
    const step = withChange(['control', 'action', 'stepM'], () => 0.02)
    expect(firstDifference(spec, step)).toBe('control.action.stepM: expected 0.0092, found 0.02')
    const joint = withChange(['joints', '1'], () => 'shoulder')
    expect(firstDifference(spec, joint)).toBe(
      'joints.1: expected "shoulder_lift", found "shoulder"',
    )
  })

  it('finds what is missing and what is too much', () => {
    const shorter = { ...spec, joints: spec.joints.slice(0, 4) }
    expect(firstDifference(spec, shorter)).toMatch(/^joints\.4: expected "wrist_roll"/)
    expect(firstDifference(shorter, spec)).toMatch(/^joints\.4: .*found "wrist_roll"$/)
  })

  it('is at the path of any changed field', () => {
    for (const path of leavesOf(spec)) {
      const changed = withChange(path, () => 'changed')
      expect(firstDifference(spec, changed)).toContain(`${path.join('.')}: expected `)
    }
  })
})

describe('canonical JSON', () => {
  it('sorts keys at every depth, leaves arrays in order, and has no spaces', () => {
    expect(canonicalJson({ b: { d: 1, c: 'x y' }, a: [2, 1, null] })).toBe(
      '{"a":[2,1,null],"b":{"c":"x y","d":1}}',
    )
  })

  it('leaves out what is undefined, and reads back equal', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
    expect(JSON.parse(canonicalJson(spec))).toEqual(spec)
  })
})
