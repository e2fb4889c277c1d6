import { columnSum, gemmPacked, gemmTransposedA, transposedAScratchBytes } from './gemm'
import { gruCellBackward, gruCellForward } from './gru-cell'
import { maskRows } from './lstm-cell'
import { packColumns, packedBytes, packRows } from './pack'
import { ACCUMULATE, BIAS, TILE_BYTES, ZERO } from './tile'

// GRU with wx [inputs, 3·hidden], wh [hidden, 3·hidden], biases bx and bh [3·hidden]; hidden a multiple of 4.

/** Rows of the backward pass gathered before the weight gradients are added up. */
const GRADIENT_ROWS: i32 = 256

/**
 * Bytes of the tape: gates [T, B, 3H], then h·wh + bh of the candidate and the masked hidden state before
 * each step, [T, B, H] each.
 */
export function gruTapeBytes(steps: i32, batch: i32, hidden: i32): usize {
  return <usize>(5 * steps * batch * hidden) << 2
}

/** Bytes of scratch that {@link gruForward} needs. */
export function gruForwardScratchBytes(batch: i32, inputs: i32, hidden: i32): usize {
  const width = 3 * hidden
  const sums = <usize>(batch * width) << 2
  return TILE_BYTES + packedBytes(width, inputs) + packedBytes(width, hidden) + sums
}

/**
 * A whole sequence, keeping the tape of the backward pass.
 *
 * @param x - [T, B, I]
 * @param h0 - state before the first step [B, H]
 * @param mask - [T, B], multiplied into the state before each step
 * @param hs - receives h after each step [T, B, H]
 */
export function gruForward(
  steps: i32, batch: i32, inputs: i32, hidden: i32, x: usize, h0: usize, mask: usize,
  wx: usize, wh: usize, bx: usize, bh: usize, hs: usize, tape: usize, scratch: usize,
): void {
  const width = 3 * hidden
  const state = <usize>(batch * hidden) << 2
  const all = <usize>steps * state
  const candidate = tape + 3 * all
  const hBefore = candidate + all
  const packedX = scratch + TILE_BYTES
  const packedH = packedX + packedBytes(width, inputs)
  const sums = packedH + packedBytes(width, hidden)
  packColumns(wx, width, inputs, width, packedX)
  packColumns(wh, width, hidden, width, packedH)
  maskRows(h0, hBefore, mask, batch, hidden)
  for (let t = 0; t < steps; t++) {
    const at = <usize>t * state
    const gates = tape + 3 * at
    const input = x + (<usize>(t * batch * inputs) << 2)
    const h = hBefore + at
    gemmPacked(input, packedX, gates, batch, width, inputs, BIAS, bx, 0, scratch)
    gemmPacked(h, packedH, sums, batch, width, hidden, BIAS, bh, 0, scratch)
    gruCellForward(gates, sums, candidate + at, h, hs + at, batch, hidden)
    if (t == steps - 1) continue
    maskRows(hs + at, h + state, mask + (<usize>((t + 1) * batch) << 2), batch, hidden)
  }
}

/** Bytes of scratch that {@link gruBackward} needs, the gate gradients of the whole sequence included. */
export function gruBackwardScratchBytes(steps: i32, batch: i32, inputs: i32, hidden: i32): usize {
  const width = 3 * hidden
  const gates = <usize>(2 * steps * batch * width) << 2
  return gates + packedBytes(hidden, width) + packedBytes(inputs, width) + transposedAScratchBytes(width)
}

/**
 * Gradients of {@link gruForward}.
 *
 * @param dhs - gradient of every output [T, B, H]
 * @param dx - receives [T, B, I]; 0: not wanted
 * @param dwx, dwh, dbx, dbh - receive the weight gradients (they need not be cleared)
 * @param dh0 - receives [B, H]
 */
export function gruBackward(
  steps: i32, batch: i32, inputs: i32, hidden: i32, x: usize, mask: usize, wx: usize, wh: usize,
  tape: usize, dhs: usize, dx: usize, dwx: usize, dwh: usize, dbx: usize, dbh: usize, dh0: usize,
  scratch: usize,
): void {
  const width = 3 * hidden
  const state = <usize>(batch * hidden) << 2
  const all = <usize>steps * state
  const candidate = tape + 3 * all
  const hBefore = candidate + all
  const dInputSums = scratch
  const dStateSums = dInputSums + 3 * all
  const packedH = dStateSums + 3 * all
  const packedX = packedH + packedBytes(hidden, width)
  const work = packedX + packedBytes(inputs, width)
  packRows(wh, width, width, hidden, packedH)
  if (dx) packRows(wx, width, width, inputs, packedX)
  memory.fill(dh0, 0, state)
  const chunk = max(1, GRADIENT_ROWS / batch)
  let upper = steps
  for (let t = steps - 1; t >= 0; t--) {
    const at = <usize>t * state
    const dxs = dInputSums + 3 * at
    const dhSums = dStateSums + 3 * at
    gruCellBackward(
      tape + 3 * at, candidate + at, hBefore + at, dhs + at, dh0, dxs, dhSums, batch, hidden,
    )
    gemmPacked(dhSums, packedH, dh0, batch, hidden, width, ACCUMULATE, 0, 0, work)
    maskRows(dh0, dh0, mask + (<usize>(t * batch) << 2), batch, hidden)
    if (upper - t < chunk && t > 0) continue
    const rows = (upper - t) * batch
    const start = upper == steps ? ZERO : ACCUMULATE
    const input = <usize>(t * batch * inputs) << 2
    gemmTransposedA(hBefore + at, dhSums, dwh, hidden, width, rows, start, work)
    gemmTransposedA(x + input, dxs, dwx, inputs, width, rows, start, work)
    columnSum(dxs, dbx, rows, width, start)
    columnSum(dhSums, dbh, rows, width, start)
    if (dx) gemmPacked(dxs, packedX, dx + input, rows, inputs, width, ZERO, 0, 0, work)
    upper = t
  }
}
