import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { CodedError } from '../../configs/load/coded-error.ts'
import { parseConfig } from '../../configs/load/parse-config.ts'

const range = z.strictObject({ uniform: z.tuple([z.number(), z.number()]) })
const schema = z.strictObject({
  seed: z.int().default(3),
  scale: z.number().positive(),
  friction: z.union([z.number(), range]).optional(),
  joints: z.array(z.strictObject({ name: z.string(), type: z.enum(['hinge', 'slide']) })),
})

const GOOD = `scale: 2
joints:
  - name: pan
    type: hinge
`

function failure(text: string, set: readonly string[] = []): CodedError {
  try {
    parseConfig(text, schema, { file: 'a.yaml', set })
  } catch (error) {
    if (error instanceof CodedError) return error
    throw error
  }
  throw new Error('expected a refusal')
}

describe('parseConfig', () => {
  it('fills in defaults', () => {
    expect(parseConfig(GOOD, schema)).toEqual({
      seed: 3,
      scale: 2,
      joints: [{ name: 'pan', type: 'hinge' }],
    })
  })

  // Lines and columns below are counted by hand in the texts, from 1.
  it.each([
    ['wrong type', 'scale: two\njoints: []', 'a.yaml:1:8 scale: expected a number, found "two"'],
    ['out of range', 'joints: []\nscale: -1', 'a.yaml:2:8 scale: expected a number > 0, found -1'],
    ['NaN', 'scale: .nan\njoints: []', 'a.yaml:1:8 scale: expected a number, found NaN'],
    [
      'unlisted choice',
      'scale: 1\njoints:\n  - name: pan\n    type: ball',
      'a.yaml:4:11 joints.0.type: expected one of "hinge", "slide", found "ball"',
    ],
    [
      'missing key, at its parent',
      'scale: 1\njoints:\n  - type: hinge',
      'a.yaml:3:5 joints.0.name: expected text, found nothing',
    ],
    [
      'unknown key, at the key',
      'scale: 1\njoints: []\n  \nscael: 2',
      'a.yaml:4:1 scael: expected a known key, found unknown key "scael"',
    ],
    [
      'the branch of a union that was meant',
      'scale: 1\njoints: []\nfriction: { uniform: [0, high] }',
      'a.yaml:3:26 friction.uniform.1: expected a number, found "high"',
    ],
    [
      'all branches when none was meant',
      'scale: 1\njoints: []\nfriction: low',
      'a.yaml:3:11 friction: expected a number or a map, found "low"',
    ],
    ['an empty file', '', 'a.yaml:1:1 (top): expected a map, found null'],
  ])('says where and what: %s', (_name, text, message) => {
    const error = failure(text)
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toBe(message)
    expect(error.exitCode).toBe(2)
  })

  it('proposes the key that was meant, among the valid ones of that place', () => {
    const { hint } = failure('scale: 1\njoints:\n  - nmae: pan\n    type: hinge\n    name: a')
    expect(hint).toBe('did you mean name? valid: name, type')
  })

  it('names a misspelt key before the one that is missing because of it', () => {
    const { message, hint } = failure('scle: 1\njoints: []')
    expect(message).toMatch(/^a\.yaml:1:1 scle: expected a known key/)
    expect(hint).toMatch(/^did you mean scale\?/)
  })

  it('says how many more problems there are and lists them all in the details', () => {
    const error = failure('scale: x\njoints: 3')
    expect(error.message).toMatch(/\(and 1 more\)$/)
    expect(error.details['problems']).toEqual([
      'scale: expected a number, found "x"',
      'joints: expected a list, found 3',
    ])
  })

  it.each([
    ['a broken list', 'scale: [1'],
    ['a key given twice', 'scale: 1\nscale: 2'],
  ])('refuses YAML with %s as a syntax error with its line', (_name, text) => {
    const error = failure(text)
    expect(error.code).toBe('CONFIG_SYNTAX')
    expect(error.message).toMatch(/^a\.yaml:\d+:\d+ /)
  })

  it('refuses an alias that stands for nothing, by its name', () => {
    const { code, message } = failure('scale: 1\njoints:\n  - name: *pan\n    type: hinge')
    expect(code).toBe('CONFIG_SYNTAX')
    expect(message).toMatch(/^a\.yaml: expected YAML, found: Unresolved alias .*pan$/)
  })

  it('overrides values, entries of lists and absent keys', () => {
    const set = ['scale=1e-3', 'joints.0.type=slide', 'friction={uniform: [0.1, 0.2]}', 'seed=9']
    expect(parseConfig(GOOD, schema, { set })).toEqual({
      seed: 9,
      scale: 0.001,
      friction: { uniform: [0.1, 0.2] },
      joints: [{ name: 'pan', type: 'slide' }],
    })
  })

  it('keeps an equals sign in the value', () => {
    expect(parseConfig(GOOD, schema, { set: ['joints.0.name=a=b'] }).joints[0]?.name).toBe('a=b')
  })

  it.each([
    ['of another type', 'seed=1.5', '--set seed=1.5 seed: expected a whole number, found 1.5'],
    [
      'of an unknown key',
      'sed=1',
      '--set sed=1 sed: expected a known key, found unknown key "sed"',
    ],
    [
      'below a number',
      'scale.x=1',
      '--set scale.x=1: expected a path to a value and a YAML value there',
    ],
    [
      'that is no YAML',
      'seed=[',
      '--set seed=[: expected a path to a value and a YAML value there',
    ],
    ['without a value', 'seed', 'expected path=value, found "seed"'],
    ['without a path', '=1', 'expected path=value, found "=1"'],
  ])('blames an override %s on the override', (_name, assignment, message) => {
    const error = failure(GOOD, [assignment])
    expect(error.code).toBe('CONFIG_SET_INVALID')
    expect(error.message).toBe(message)
  })

  it('leaves prototypes alone', () => {
    failure('scale: 1\njoints: []\n__proto__: { polluted: true }')
    failure(GOOD, ['__proto__.polluted=true'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('rules by name, each of one kind out of several kinds', () => {
  const nested = z.strictObject({
    rules: z.partialRecord(
      z.enum(['massKg', 'friction']),
      z.union([
        z.union([z.strictObject({ set: range }), z.strictObject({ scale: range })]),
        z.strictObject({ joints: z.record(z.string(), range) }),
      ]),
    ),
  })

  it.each([
    ['the name', 'masKg: { set: { uniform: [1, 2] } }', 'masKg', /mean massKg\?/],
    ['what is below the kind', 'massKg: { set: { unifrom: [1, 2] } }', 'unifrom', /mean uniform\?/],
    ['the kind', 'massKg: { sett: { uniform: [1, 2] } }', 'sett', /mean set\?/],
  ])('proposes what was meant where %s is misspelt', (_, rule, found, hint) => {
    expect(() => parseConfig(`rules: { ${rule} }`, nested)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`unknown key "${found}"`),
        hint: expect.stringMatching(hint),
      }),
    )
  })
})
