import { describe, expect, it } from 'vitest'
import { ControlDesk, type HandRequest } from '../../../bridge/viewer/control-desk.ts'
import type { ControlFrame } from '../../../bridge/viewer/frames.ts'
import { VirtualClock } from '../../../robot/model/virtual-clock.ts'

const TOKEN = 'what the terminal shows'
const JOG = {
  kind: 'jog',
  motion: { kind: 'joint', index: 0, direction: 1 },
  share: 1,
} as const

function setUp(hasHand = true) {
  const clock = new VirtualClock()
  const requests: HandRequest[] = []
  const desk = new ControlDesk({
    ...{ clock, hasHand, token: TOKEN },
    onRequest: (request) => void requests.push(request),
  })
  const open = () => {
    const told: ControlFrame[] = []
    const client = { tell: (frame: ControlFrame) => void told.push(frame) }
    desk.join(client)
    return { told, client }
  }
  const kinds = () => requests.map(({ kind }) => kind)
  return { clock, desk, open, kinds }
}

describe('ControlDesk', () => {
  it('lets nobody move the arm without the token', () => {
    const { desk, kinds, open } = setUp()
    const page = open()
    for (const token of ['', 'wrong', `${TOKEN} `])
      desk.receive(page.client, { kind: 'take', token })
    desk.receive(page.client, JOG)
    expect(kinds()).toEqual([])
    expect(page.told.at(-1)).toMatchObject({ holder: 'nobody' })
    expect(page.told.at(-1)!.refusal).not.toBe('')
  })

  it('lets one page at a time move it, and the next once it is given back', () => {
    const { desk, kinds, open } = setUp()
    const [one, other] = [open(), open()]
    desk.receive(one.client, { kind: 'take', token: TOKEN })
    desk.receive(other.client, { kind: 'take', token: TOKEN })
    desk.receive(other.client, JOG)
    desk.receive(one.client, JOG)
    expect(kinds()).toEqual(['take', 'jog'])
    expect(one.told.at(-1)!.holder).toBe('you')
    expect(other.told.at(-1)).toMatchObject({ holder: 'other' })
    desk.receive(one.client, { kind: 'giveBack' })
    expect(other.told.at(-1)!.holder).toBe('nobody')
    desk.receive(other.client, { kind: 'take', token: TOKEN })
    expect(kinds()).toEqual(['take', 'jog', 'giveBack', 'take'])
    expect(one.told.at(-1)!.holder).toBe('other')
  })

  it('tells the run and the other pages when who has the arm leaves', () => {
    const { desk, kinds, open } = setUp()
    const [one, other] = [open(), open()]
    desk.receive(one.client, { kind: 'take', token: TOKEN })
    desk.leave(one.client)
    expect(kinds()).toEqual(['take', 'lost'])
    expect(other.told.at(-1)!.holder).toBe('nobody')
  })

  it('takes the arm from a page that has been silent for more than five seconds', async () => {
    const { clock, desk, kinds, open } = setUp()
    const page = open()
    const keep = (timeS: number) =>
      clock.schedule(timeS, () => desk.receive(page.client, { kind: 'keep' }))
    desk.receive(page.client, { kind: 'take', token: TOKEN })
    for (const timeS of [4, 8, 12]) keep(timeS)
    await clock.run(() => clock.sleepUntil(16))
    expect(kinds()).toEqual(['take', 'keep', 'keep', 'keep'])
    await clock.run(() => clock.sleepUntil(18))
    expect(kinds().at(-1)).toBe('lost')
    expect(page.told.at(-1)!.holder).toBe('nobody')
    desk.receive(page.client, JOG)
    expect(kinds().at(-1)).toBe('lost')
    desk.close()
  })

  it('passes everybody’s stop on, whoever has the arm', () => {
    const { desk, kinds, open } = setUp(false)
    const page = open()
    desk.receive(page.client, { kind: 'stop' })
    desk.receive(page.client, { kind: 'take', token: TOKEN })
    expect(kinds()).toEqual(['stop'])
    expect(page.told.at(-1)!.refusal).not.toBe('')
  })
})
