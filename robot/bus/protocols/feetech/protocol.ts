import { findModel } from '../control-table.ts'
import type { FrameListener, ServoProtocol } from '../servo-protocol.ts'
import { BAUD_RATES_BPS, MODEL_NUMBERS, STS_TABLE } from './control-table.ts'
import { BROADCAST_ID, encodeFrame, FRAME_OVERHEAD_BYTES, MAX_ID } from './frame.ts'
import { FrameParser } from './frame-parser.ts'
import {
  encodePing,
  encodeRead,
  encodeSyncRead,
  encodeSyncWrite,
  encodeWrite,
} from './instructions.ts'
import { describeErrors } from './status.ts'

/** The highest error bit is never set: a frame that has it is out of step. */
const LARGEST_ERROR = 0x7f
/** Slots of a SYNC_READ are longer than the replies by this (firmware 3.10, observed). */
export const SLOT_PAUSE_BYTES = 3

/** Feetech's STS and SMS series. */
export const FEETECH: ServoProtocol = {
  name: 'feetech',
  vendor: 'Feetech',
  broadcastId: BROADCAST_ID,
  maxId: MAX_ID,
  baudRatesBps: BAUD_RATES_BPS,
  modelNumbers: MODEL_NUMBERS,
  tableOf(model) {
    findModel(MODEL_NUMBERS, model, 'Feetech')
    return STS_TABLE
  },
  statusOverheadBytes: FRAME_OVERHEAD_BYTES,
  pingParameters: 0,
  replyPauseBytes: SLOT_PAUSE_BYTES,
  hasReplyChain: false,
  createStatusParser() {
    const parser = new FrameParser()
    return {
      push: (bytes, listener) => parser.push(bytes, inStep(listener)),
      reset: () => parser.reset(),
    }
  },
  encodePing,
  encodeRead,
  encodeWrite,
  encodeSyncRead,
  encodeSyncWrite,
  isEcho: (request, id, error, parameters) =>
    encodeFrame(id, error, parameters).every((byte, at) => byte === request[at]),
  isRefusal: () => false,
  stateErrors: LARGEST_ERROR,
  healthRegister: undefined,
  describeError: describeErrors,
}

const inStep =
  (listener: FrameListener): FrameListener =>
  (id, error, parameters, endIndex) => {
    // A servo answers with its own id: a frame for all of them is the host's, given back by its adapter.
    if (error <= LARGEST_ERROR && id !== BROADCAST_ID) listener(id, error, parameters, endIndex)
  }
