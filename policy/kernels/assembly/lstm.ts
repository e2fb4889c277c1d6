import { columnSum, FEW_ROWS, gemmPacked, gemmTransposedPair, transposedAScratchBytes } from './gemm'
import { gemv } from './gemv'
import { cellBackward, cellForward, cellStep, maskRows } from './lstm-cell'
import { packColumns, packedBytes, packRows } from './pack'
import { ACCUMULATE, BIAS, TILE_BYTES, ZERO } from './tile'

// LSTM with wx [inputs, 4·hidden], wh [hidden, 4·hidden], one bias [4·hidden]; hidden a multiple of 4.

/** Rows of the backward pass gathered before the weight gradients are added up. */
const GRADIENT_ROWS: i32 = 256

/** Bytes of scratch that {@link lstmStep} needs. */
export function lstmStepScratchBytes(batch: i32, inputs: i32, hidden: i32): usize {
  const gates = 4 * hidden
  const packs = batch < FEW_ROWS ? 0 : packedBytes(gates, inputs) + packedBytes(gates, hidden)
  return TILE_BYTES + (<usize>(batch * gates) << 2) + packs
}

/** One step of `batch` rows; h [batch, hidden] and c [batch, hidden] are read and replaced. */
export function lstmStep(
  x: usize, h: usize, c: usize, wx: usize, wh: usize, b: usize,
  batch: i32, inputs: i32, hidden: i32, scratch: usize,
): void {
  const width = 4 * hidden
  const gates = scratch + TILE_BYTES
  if (batch < FEW_ROWS) {
    for (let row = 0; row < batch; row++) {
      const sums = gates + (<usize>(row * width) << 2)
      gemv(x + (<usize>(row * inputs) << 2), wx, sums, width, inputs, BIAS, b, 0)
      gemv(h + (<usize>(row * hidden) << 2), wh, sums, width, hidden, ACCUMULATE, 0, 0)
    }
  } else {
    const packedX = gates + (<usize>(batch * width) << 2)
    const packedH = packedX + packedBytes(width, inputs)
    packColumns(wx, width, inputs, width, packedX)
    packColumns(wh, width, hidden, width, packedH)
    gemmPacked(x, packedX, gates, batch, width, inputs, BIAS, b, 0, scratch)
    gemmPacked(h, packedH, gates, batch, width, hidden, ACCUMULATE, 0, 0, scratch)
  }
  cellStep(gates, c, h, c, batch, hidden)
}

/**
 * Bytes of the tape: gates [T, B, 4H], then the masked hidden state before each step, the masked cell
 * before each step and tanh(c) after it, [T, B, H] each.
 */
export function lstmTapeBytes(steps: i32, batch: i32, hidden: i32): usize {
  return <usize>(7 * steps * batch * hidden) << 2
}

/** Bytes of scratch that {@link lstmForward} needs. */
export function lstmForwardScratchBytes(inputs: i32, hidden: i32): usize {
  return TILE_BYTES + packedBytes(4 * hidden, inputs) + packedBytes(4 * hidden, hidden)
}

/**
 * A whole sequence, keeping the tape of the backward pass.
 *
 * @param x - [T, B, I]
 * @param h0, c0 - state before the first step [B, H]
 * @param mask - [T, B], multiplied into the state before each step
 * @param hs - receives h after each step [T, B, H]
 * @param cT - receives c after the last step [B, H]
 */
export function lstmForward(
  steps: i32, batch: i32, inputs: i32, hidden: i32, x: usize, h0: usize, c0: usize, mask: usize,
  wx: usize, wh: usize, b: usize, hs: usize, cT: usize, tape: usize, scratch: usize,
): void {
  const width = 4 * hidden
  const state = <usize>(batch * hidden) << 2
  const all = <usize>steps * state
  const hBefore = tape + 4 * all
  const cBefore = hBefore + all
  const tanhC = cBefore + all
  const packedX = scratch + TILE_BYTES
  const packedH = packedX + packedBytes(width, inputs)
  packColumns(wx, width, inputs, width, packedX)
  packColumns(wh, width, hidden, width, packedH)
  maskRows(h0, hBefore, mask, batch, hidden)
  maskRows(c0, cBefore, mask, batch, hidden)
  for (let t = 0; t < steps; t++) {
    const at = <usize>t * state
    const gates = tape + 4 * at
    const input = x + (<usize>(t * batch * inputs) << 2)
    gemmPacked(input, packedX, gates, batch, width, inputs, BIAS, b, 0, scratch)
    gemmPacked(hBefore + at, packedH, gates, batch, width, hidden, ACCUMULATE, 0, 0, scratch)
    const last = t == steps - 1
    const hNext = last ? 0 : hBefore + at + state
    const cNext = last ? 0 : cBefore + at + state
    const nextMask = last ? 0 : mask + (<usize>((t + 1) * batch) << 2)
    cellForward(
      gates, cBefore + at, hs + at, cT, tanhC + at, hNext, cNext, nextMask, batch, hidden,
    )
  }
}

/** Bytes of scratch that {@link lstmBackward} needs, the gate gradients of the whole sequence included. */
export function lstmBackwardScratchBytes(steps: i32, batch: i32, inputs: i32, hidden: i32): usize {
  const width = 4 * hidden
  const gates = <usize>(steps * batch * width) << 2
  return gates + packedBytes(hidden, width) + packedBytes(inputs, width) + transposedAScratchBytes(width)
}

/**
 * Gradients of {@link lstmForward}.
 *
 * @param dhs - gradient of every output [T, B, H]
 * @param dx - receives [T, B, I]; 0: not wanted
 * @param dwx, dwh, db - receive the weight gradients (they need not be cleared)
 * @param dh0 - receives [B, H]
 * @param dc0 - holds the gradient of cT and receives that of c0 [B, H]
 */
export function lstmBackward(
  steps: i32, batch: i32, inputs: i32, hidden: i32, x: usize, mask: usize, wx: usize, wh: usize,
  tape: usize, dhs: usize, dx: usize, dwx: usize, dwh: usize, db: usize, dh0: usize, dc0: usize,
  scratch: usize,
): void {
  const width = 4 * hidden
  const state = <usize>(batch * hidden) << 2
  const all = <usize>steps * state
  const hBefore = tape + 4 * all
  const cBefore = hBefore + all
  const tanhC = cBefore + all
  const dGates = scratch
  const packedH = dGates + 4 * all
  const packedX = packedH + packedBytes(hidden, width)
  const work = packedX + packedBytes(inputs, width)
  packRows(wh, width, width, hidden, packedH)
  if (dx) packRows(wx, width, width, inputs, packedX)
  memory.fill(dh0, 0, state)
  const chunk = max(1, GRADIENT_ROWS / batch)
  let upper = steps
  for (let t = steps - 1; t >= 0; t--) {
    const at = <usize>t * state
    const rowMask = mask + (<usize>(t * batch) << 2)
    const dg = dGates + 4 * at
    cellBackward(
      tape + 4 * at, cBefore + at, tanhC + at, dhs + at, dh0, dc0, dg, rowMask, batch, hidden,
    )
    gemmPacked(dg, packedH, dh0, batch, hidden, width, ZERO, 0, 0, work)
    maskRows(dh0, dh0, rowMask, batch, hidden)
    if (upper - t < chunk && t > 0) continue
    const rows = (upper - t) * batch
    const start = upper == steps ? ZERO : ACCUMULATE
    const input = <usize>(t * batch * inputs) << 2
    gemmTransposedPair(
      hBefore + at, hidden, dwh, x + input, inputs, dwx, dg, width, rows, start, work,
    )
    columnSum(dg, db, rows, width, start)
    if (dx) gemmPacked(dg, packedX, dx + input, rows, inputs, width, ZERO, 0, 0, work)
    upper = t
  }
}
