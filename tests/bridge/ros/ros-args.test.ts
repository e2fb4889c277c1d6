import { describe, expect, it } from 'vitest'
import { expandName, nodeName } from '../../../bridge/ros/names.ts'
import { parametersFor, parseRosArgs, remapName, remapNode } from '../../../bridge/ros/ros-args.ts'
import { splitRosArgs } from '../../../bridge/ros/split-ros-args.ts'

describe('--ros-args', () => {
  it('end at --, or with the line, and leave the rest to the program', () => {
    expect(splitRosArgs(['deploy', 'p', '--ros-args', '-r', 'a:=b', '--', '--json'])).toEqual({
      own: ['deploy', 'p', '--json'],
      ros: ['--ros-args', '-r', 'a:=b', '--'],
    })
    expect(splitRosArgs(['twin', '--ros-args', '-p', 'x:=1']).own).toEqual(['twin'])
    expect(splitRosArgs(['eval', '--', 'x'])).toEqual({ own: ['eval', '--', 'x'], ros: [] })
  })

  // Rules and examples of https://docs.ros.org/en/jazzy/How-To-Guides/Node-arguments.html
  it('remap names: relative, private, absolute, for one node', () => {
    const args = parseRosArgs([
      '--ros-args',
      ...['-r', 'chatter:=/elsewhere', '--remap', '~/goal:=/goal', '-r', '/tf:=tf_lab'],
      ...['-r', 'other:topic:=/mine'],
    ])
    expect(remapName(args, 'chatter', '/ns/talker')).toBe('/elsewhere')
    expect(remapName(args, '/ns/talker/goal', '/ns/talker')).toBe('/goal')
    expect(remapName(args, '/tf', '/ns/talker')).toBe('/ns/tf_lab')
    expect(remapName(args, 'topic', '/talker')).toBe('/topic')
    expect(remapName(args, 'topic', '/other')).toBe('/mine')
    expect(remapName(args, 'untouched', '/talker')).toBe('/untouched')
  })

  it('rename nodes', () => {
    const args = parseRosArgs(['--ros-args', '-r', '__node:=arm', '-r', '__ns:=/lab'])
    expect(remapNode(args, 'sim2arm', '')).toEqual({ name: 'arm', namespace: '/lab' })
    const one = parseRosArgs(['--ros-args', '-r', 'sim2arm:__node:=arm'])
    expect(remapNode(one, 'sim2arm', '').name).toBe('arm')
    expect(remapNode(one, 'twin', '').name).toBe('twin')
  })

  it('give parameters, typed as YAML, by file and by word, the later one winning', () => {
    const file = `
/**: { ros__parameters: { rate: 5, command: { controller: from_file } } }
sim2arm: { ros__parameters: { frames: [base, world] } }
other: { ros__parameters: { rate: 9 } }`
    const words = ['--ros-args', '--params-file', 'p.yaml', '-p', 'rate:=7.5', '-p', 'on:=true']
    const args = parseRosArgs(words, () => file)
    expect(Object.fromEntries(parametersFor(args, '/sim2arm'))).toEqual({
      rate: 7.5,
      'command.controller': 'from_file',
      frames: ['base', 'world'],
      on: true,
    })
    expect(parametersFor(args, '/other').get('frames')).toBeUndefined()
  })

  it.each([['-r'], ['-r', 'a=b'], ['-p', 'a'], ['-p', 'a:={b: 1}'], ['-p', 'a:=[1']])(
    'complain of %s %s',
    (...words) => {
      expect(() => parseRosArgs(['--ros-args', ...words])).toThrow(
        expect.objectContaining({ code: 'BRIDGE_USAGE' }),
      )
    },
  )

  it.each(['', '5', 'null'])('complain of a node whose ros__parameters are "%s"', (group) => {
    const file = `sim2arm: { ros__parameters: ${group} }`
    expect(() => parseRosArgs(['--ros-args', '--params-file', 'p.yaml'], () => file)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_USAGE' }),
    )
  })

  it('complain of a parameter file that is no YAML, by its name', () => {
    expect(() => parseRosArgs(['--ros-args', '--params-file', 'p.yaml'], () => 'a: [1')).toThrow(
      expect.objectContaining({
        code: 'BRIDGE_USAGE',
        message: expect.stringMatching(/"p\.yaml".* at line 1/) as string,
      }),
    )
  })
})

describe('names', () => {
  it('expand as in ROS 2', () => {
    expect(expandName('a/b', '/ns/node')).toBe('/ns/a/b')
    expect(expandName('~/a', '/ns/node')).toBe('/ns/node/a')
    expect(expandName('~', '/node')).toBe('/node')
    expect(expandName('/a', '/ns/node')).toBe('/a')
    expect(nodeName('arm', '/lab/left/')).toBe('/lab/left/arm')
  })

  it.each(['', '1a', 'a//b', 'a/', 'a b', '~a', '/a/2b', 'a-b'])('are not "%s"', (name) => {
    expect(() => expandName(name, '/node')).toThrow(
      expect.objectContaining({ code: 'BRIDGE_ROS_NAME' }),
    )
  })

  it.each([['a/b'], ['1'], ['a', '/n s']])('of nodes are not %s %s', (name, namespace?: string) => {
    expect(() => nodeName(name!, namespace)).toThrow(
      expect.objectContaining({ code: 'BRIDGE_ROS_NAME' }),
    )
  })
})
