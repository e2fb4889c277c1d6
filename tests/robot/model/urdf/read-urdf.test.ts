import { describe, expect, it } from 'vitest'
import { readUrdf } from '../../../../robot/model/urdf/read-urdf.ts'

const INERTIAL =
  '<inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>'

function robot(body: string): string {
  return `<?xml version="1.0"?>\n<robot name="r">\n${body}\n</robot>`
}

const link = (name: string, inside = INERTIAL) => `<link name="${name}">${inside}</link>`
const joint = (name: string, parent: string, child: string, type = 'continuous', inside = '') =>
  `<joint name="${name}" type="${type}"><parent link="${parent}"/><child link="${child}"/>${inside}</joint>`

const GOOD = robot(
  [
    link('base', ''),
    // A child listed before its parent's own joint.
    joint(
      'two',
      'a',
      'b',
      'prismatic',
      '<axis xyz="0 0 2"/><limit lower="-0.1" upper="0.2" effort="5"/>',
    ),
    joint(
      'one',
      'base',
      'a',
      'continuous',
      '<origin xyz="1 2 3" rpy="0.1 0.2 0.3"/><dynamics friction="0.5"/>',
    ),
    joint(
      'three',
      'b',
      'c',
      'revolute',
      '<limit lower="0" upper="1" effort="1" velocity="2"/><mimic joint="two" multiplier="-1"/>',
    ),
    link('a'),
    link('b'),
    link('c'),
  ].join('\n'),
)

describe('a URDF', () => {
  it('gives its tree from the root, with the defaults of the format', () => {
    const { root, joints, links } = readUrdf(GOOD, 'good.urdf')
    expect(root).toBe('base')
    expect(links.get('base')!.inertial).toBeNull()
    expect(joints.map(({ name }) => name)).toEqual(['one', 'two', 'three'])
    const [one, two, three] = joints
    expect(one).toMatchObject({ axis: [1, 0, 0], limits: null, friction: 0.5, damping: null })
    expect(one!.origin).toEqual({ xyzM: [1, 2, 3], rpyRad: [0.1, 0.2, 0.3] })
    expect(two).toMatchObject({ axis: [0, 0, 1], effort: 5, velocity: null })
    expect(three!.mimic).toEqual({ joint: 'two', multiplier: -1, offset: 0 })
  })

  // By hand: turning ixx 1, iyy 2, izz 3 by 90° about z swaps the first two.
  it('gives inertia in the frame of the link', () => {
    const turned =
      '<inertial><origin xyz="0 0 0.5" rpy="0 0 1.5707963267948966"/><mass value="2"/><inertia ixx="1" iyy="2" izz="3" ixy="0" ixz="0" iyz="0"/></inertial>'
    const text = robot(link('base', '') + link('a', turned) + joint('j', 'base', 'a'))
    const { inertiaKgM2, comM, massKg } = readUrdf(text, 'x').links.get('a')!.inertial!
    expect([massKg, ...comM]).toEqual([2, 0, 0, 0.5])
    const expected = [2, 1, 3, 0, 0, 0]
    for (const [k, value] of inertiaKgM2.entries()) expect(value).toBeCloseTo(expected[k]!, 12)
  })

  it.each([
    [
      'two roots',
      link('base') + link('a') + link('b') + joint('j', 'base', 'a'),
      /<link name="b">: two roots: base and b/,
    ],
    [
      'a cycle',
      link('a') + link('b') + joint('j', 'a', 'b') + joint('k', 'b', 'a'),
      /cycle without a root/,
    ],
    [
      'a cycle beside a tree',
      link('base') + link('a') + link('b') + joint('j', 'a', 'b') + joint('k', 'b', 'a'),
      /<joint name="j">: the links form a cycle/,
    ],
    [
      'a link with two parents',
      link('base') + link('a') + joint('j', 'base', 'a') + joint('k', 'base', 'a'),
      /child of j already/,
    ],
    ['an unknown link', link('base') + link('arm') + joint('j', 'base', 'am'), /no link am/],
    [
      'zero inertia',
      link('base') + link('a', INERTIAL.replace('ixx="1"', 'ixx="0"')) + joint('j', 'base', 'a'),
      /<inertia>: expected positive moments/,
    ],
    [
      // Positive moments, and yet a turn about x = -y would take -1 kg m².
      'inertia of no body',
      link('base') + link('a', INERTIAL.replace('ixy="0"', 'ixy="2"')) + joint('j', 'base', 'a'),
      /<inertia>: expected positive moments/,
    ],
    [
      'damping that drives',
      link('base') + link('a') + joint('j', 'base', 'a', 'continuous', '<dynamics damping="-1"/>'),
      /<dynamics>: expected damping of 0 or more, found -1/,
    ],
    [
      'a box inside out',
      link('base', '<collision><geometry><box size="0.1 -0.1 0.1"/></geometry></collision>'),
      /<box>: expected lengths above 0, found 0\.1 -0\.1 0\.1/,
    ],
    [
      'a cylinder of no radius',
      link('base', '<visual><geometry><cylinder radius="0" length="0.1"/></geometry></visual>'),
      /<cylinder>: expected radius above 0, found 0/,
    ],
    [
      'no mass',
      link('base') +
        link('a', INERTIAL.replace('value="1"', 'value="0"')) +
        joint('j', 'base', 'a'),
      /expected a positive mass, found 0/,
    ],
    [
      'a floating joint',
      link('base') + link('a') + joint('j', 'base', 'a', 'floating'),
      /expected a type of fixed, revolute, continuous, prismatic/,
    ],
    [
      'no limits',
      link('base') + link('a') + joint('j', 'base', 'a', 'revolute'),
      /a revolute joint needs <limit>/,
    ],
    [
      'no number',
      link('base') + link('a') + joint('j', 'base', 'a', 'continuous', '<origin xyz="0 0 x"/>'),
      /<origin>: expected a number in xyz, found "x"/,
    ],
    [
      'two numbers',
      link('base') + link('a') + joint('j', 'base', 'a', 'continuous', '<origin xyz="0 0"/>'),
      /expected three numbers in xyz/,
    ],
    [
      'no axis',
      link('base') + link('a') + joint('j', 'base', 'a', 'continuous', '<axis xyz="0 0 0"/>'),
      /expected a direction/,
    ],
    [
      'a mimic of nobody',
      link('base') + link('a') + joint('j', 'base', 'a', 'continuous', '<mimic joint="k"/>'),
      /mimics k, which is no joint/,
    ],
    ['two links of one name', link('base') + link('base'), /a link of this name already/],
    ['no link', '', /expected at least one link/],
  ])('with %s is refused', (_, body, expected) => {
    expect(() => readUrdf(robot(body), 'bad.urdf')).toThrow(expected)
    expect(() => readUrdf(robot(body), 'bad.urdf')).toThrow(/^bad\.urdf:\d+:\d+: /)
  })

  it('may begin with a byte order mark', () => {
    expect(readUrdf(`\ufeff${GOOD}`, 'good.urdf')).toEqual(readUrdf(GOOD, 'good.urdf'))
  })

  it('tells line and column of the element', () => {
    const text = robot(`${link('base')}\n${link('a')}\n  ${joint('j', 'base', 'a', 'planar')}`)
    expect(() => readUrdf(text, 'bad.urdf')).toThrow(/^bad\.urdf:5:3: <joint name="j">/)
  })

  it.each([
    ['nothing', ''],
    ['an open element', '<robot name="r"><link name="a">'],
    ['text', 'robot'],
  ])('of %s is not XML', (_, text) => {
    expect(() => readUrdf(text, 'bad.urdf')).toThrow(/bad\.urdf:\d+:\d+: not well-formed XML/)
  })

  it('that is xacro says how to expand it', () => {
    const text = `<robot name="r" xmlns:xacro="http://www.ros.org/wiki/xacro"><xacro:property name="x" value="1"/></robot>`
    try {
      readUrdf(text, 'arm.xacro')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'ROBOT_URDF_INVALID',
        hint: expect.stringContaining('xacro FILE'),
      })
    }
  })
})
