import { expect, it } from 'vitest'
import { ClientRights } from '../../../bridge/streams/client-rights.ts'
import { createSteeringMemory, STEERING_SERVER } from '../../../bridge/streams/shared-steering.ts'
import { ControlDesk, type HandRequest } from '../../../bridge/viewer/control-desk.ts'
import type { ControlFrame } from '../../../bridge/viewer/frames.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

function setUp() {
  const clock = new VirtualClock()
  const memory = createSteeringMemory()
  const foxglove = new ClientRights({
    clock,
    control: ['/goal/pose'],
    steering: { memory, server: STEERING_SERVER.foxglove },
  })
  const requests: HandRequest[] = []
  const desk = new ControlDesk({
    clock,
    hasHand: true,
    token: undefined,
    steering: { memory, server: STEERING_SERVER.page },
    onRequest: (request) => requests.push(request),
  })
  const frames: ControlFrame[] = []
  const page = { tell: (frame: ControlFrame) => void frames.push(frame) }
  desk.join(page)
  const take = () => desk.receive(page, { kind: 'take', token: '' })
  return { foxglove, desk, page, requests, frames, take }
}

it('a page does not take the arm that a client of Foxglove steers, until that one leaves', () => {
  const { foxglove, frames, requests, take } = setUp()
  const client = {}
  expect(foxglove.refusal(client, '/goal/pose', {})).toBeNull()
  take()
  expect(frames.at(-1)!.refusal).toBe('another program steers the arm')
  expect(requests).toEqual([])
  foxglove.leave(client)
  take()
  expect(frames.at(-1)).toMatchObject({ holder: 'you', refusal: '' })
})

it('a client of Foxglove sets no goal for an arm that a page has in hand, but may stop it', () => {
  const { desk, foxglove, page, take } = setUp()
  const client = {}
  take()
  expect(foxglove.refusal(client, '/goal/pose', {})).toMatch(/another one does/)
  expect(foxglove.refusal(client, '/emergency_stop', { data: true })).toBeNull()
  desk.receive(page, { kind: 'giveBack' })
  expect(foxglove.refusal(client, '/goal/pose', {})).toBeNull()
})
