import { describe, expect, it } from 'vitest'
import { SERVO_PROTOCOLS } from '../../../../robot/bus/protocols/index.ts'
import { createHost } from './host.ts'

const COMMAND_DELAY_S = 0.02
/** Goal position: four bytes at 116 of an XL330, two at 42 of an STS3215. */
const FAMILIES = [
  { protocol: 'feetech', model: 'sts3215', address: 42, goal: [0x10, 0x08] },
  { protocol: 'dynamixel', model: 'xl330-m288', address: 116, goal: [0x10, 0x08, 0, 0] },
] as const

describe.each(FAMILIES)('servos that take their time, $protocol', (family) => {
  const { address, goal, model, protocol } = family
  const { encodeRead, encodeSyncWrite, encodeWrite } = SERVO_PROTOCOLS[protocol]
  const length = goal.length

  const setUp = () => {
    const host = createHost([1, 2], { protocol, model, commandDelayS: COMMAND_DELAY_S })
    const goalOf = async (id: number) =>
      (await host.ask(encodeRead(id, address, length), 0.005))[0]!.parameters
    return { ...host, goalOf }
  }

  it('follow a frame of goals that much later, and answer as soon as ever', async () => {
    const { ask, goalOf } = setUp()
    await ask(encodeSyncWrite([1, 2], address, length, [...goal, ...goal]), 0.005)
    // Some 5 ms after the frame, and some 25 ms after.
    expect(await goalOf(1)).not.toEqual(goal)
    await ask(new Uint8Array(), 0.015)
    expect(await goalOf(1)).toEqual(goal)
    expect(await goalOf(2)).toEqual(goal)
  })

  it('do at once what they acknowledge', async () => {
    const { ask, goalOf } = setUp()
    await ask(encodeWrite(1, address, goal), 0.005)
    expect(await goalOf(1)).toEqual(goal)
  })
})
