import { describe, expect, it } from 'vitest'
import { parseSensorUri } from '../../../bridge/streams/sensor-uri.ts'

describe('parseSensorUri', () => {
  it.each([
    ['sim:', { kind: 'sim' }],
    [
      'rosbridge://robot.local:9091/object/pose',
      {
        kind: 'rosbridge',
        host: 'robot.local',
        port: 9091,
        topic: '/object/pose',
        url: 'ws://robot.local:9091',
      },
    ],
    [
      'rosbridge://192.168.1.7/pose',
      {
        kind: 'rosbridge',
        host: '192.168.1.7',
        port: 9090,
        topic: '/pose',
        url: 'ws://192.168.1.7:9090',
      },
    ],
    [
      'rosbridge://[::1]:80/pose',
      { kind: 'rosbridge', host: '[::1]', port: 80, topic: '/pose', url: 'ws://[::1]:80' },
    ],
    [
      'replay:logs/a.mcap/object/pose',
      { kind: 'replay', file: 'logs/a.mcap', topic: '/object/pose' },
    ],
    [
      'foxglove://robot/tf?token=a-b',
      {
        kind: 'foxglove',
        host: 'robot',
        port: 8765,
        topic: '/tf',
        url: 'ws://robot:8765/?token=a-b',
      },
    ],
    ['ros:/object/pose', { kind: 'ros', topic: '/object/pose' }],
    ['camera:', { kind: 'camera', host: '127.0.0.1', port: 8081 }],
    ['camera:0.0.0.0:9000', { kind: 'camera', host: '0.0.0.0', port: 9000 }],
  ])('reads %s', (uri, parsed) => {
    expect(parseSensorUri(uri)).toEqual(parsed)
  })

  it.each([
    '',
    'ros:object/pose',
    'ros://host/pose',
    'ros:/0',
    'ros:/pose#tag36h11:0',
    'sim',
    'rosbridge://host:9090',
    'rosbridge://host:9090/',
    'rosbridge://host:0/pose',
    'rosbridge://host:70000/pose',
    'rosbridge:///pose',
    'rosbridge://user@host/pose',
    'rosbridge://<host>:9090/pose',
    'rosbridge://192.168.1.7.5/pose',
    'foxglove://[::1::2]/pose',
    'rosbridge://host#1/pose',
    'replay:a.mcap',
    'replay:a.bag/pose',
    'http://host/pose',
    'foxglove://host:8765',
    'ros:object',
    'camera:here',
    'camera:here:0',
    'camera:here:99999',
  ])('refuses "%s" and lists the forms', (uri) => {
    expect(() => parseSensorUri(uri)).toThrow(
      expect.objectContaining({
        code: 'ROBOT_SENSOR_INVALID',
        hint: expect.stringContaining('rosbridge://host:port/topic') as string,
      }),
    )
  })
})
