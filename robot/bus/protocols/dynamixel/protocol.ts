import type { FrameListener, ServoProtocol } from '../servo-protocol.ts'
import { BAUD_RATES_BPS, MODELS, modelOf } from './control-table.ts'
import { BROADCAST_ID, INSTRUCTION, MAX_ID, STATUS_OVERHEAD_BYTES } from './frame.ts'
import { FrameParser } from './frame-parser.ts'
import {
  encodePing,
  encodeRead,
  encodeSyncRead,
  encodeSyncWrite,
  encodeWrite,
} from './instructions.ts'
import { ALERT_BIT, describeError, refusalOf } from './status.ts'

/** No status packet of the requests here is longer; noise that promises more is dropped at once. */
const MAX_STATUS_LENGTH = 250

/** Dynamixel's X series, Protocol 2.0. */
export const DYNAMIXEL: ServoProtocol = {
  name: 'dynamixel',
  vendor: 'Dynamixel',
  broadcastId: BROADCAST_ID,
  maxId: MAX_ID,
  baudRatesBps: BAUD_RATES_BPS,
  modelNumbers: Object.fromEntries(
    Object.entries(MODELS).map(([name, { number }]) => [name, number]),
  ),
  tableOf: (model) => modelOf(model).table,
  statusOverheadBytes: STATUS_OVERHEAD_BYTES,
  pingParameters: 3,
  replyPauseBytes: 0,
  hasReplyChain: true,
  createStatusParser() {
    const parser = new FrameParser(MAX_STATUS_LENGTH)
    return {
      push: (bytes, listener) => parser.push(bytes, statusOnly(listener)),
      reset: () => parser.reset(),
    }
  },
  encodePing,
  encodeRead,
  encodeWrite,
  encodeSyncRead,
  encodeSyncWrite,
  isEcho: () => false,
  isRefusal: (error) => refusalOf(error) !== 0,
  stateErrors: ALERT_BIT,
  healthRegister: modelOf('xl330-m288').table.find('Hardware_Error_Status'),
  describeError,
}

/** An adapter may echo the host's own packets: only those of servos count. */
const statusOnly =
  (listener: FrameListener): FrameListener =>
  (id, instruction, parameters, endIndex) => {
    if (instruction !== INSTRUCTION.STATUS || parameters.length === 0) return
    listener(id, parameters[0]!, parameters.subarray(1), endIndex)
  }
