import { activate, LINEAR } from './activations'
import { PANEL_BYTES } from './pack'
import { madd } from './simd'

// The micro-kernel: a tile of 4 rows by 8 columns of C in eight accumulators, k in the inner loop.
// Every element is summed in the same order, start value first, then k ascending, whatever the shape of C:
// a row of a batch comes out bit for bit like the same row alone.

/** Start from zero, from what C holds, or from the bias. */
export const ZERO: i32 = 0
export const ACCUMULATE: i32 = 1
export const BIAS: i32 = 2

/**
 * c [4, 8] = activation(start + rows · panel).
 *
 * @param a0 - first of four rows; the others are at a1, a2, a3
 * @param step - bytes from one k to the next in each row: 4 row-major, 16 packed
 * @param panel - where the 8 columns begin in a panel [k][16]
 * @param ldc - bytes between rows of c
 */
export function tile(
  a0: usize, a1: usize, a2: usize, a3: usize, step: usize, panel: usize, k: i32,
  c: usize, ldc: usize, start: i32, bias: usize, activation: i32,
): void {
  const c1 = c + ldc
  const c2 = c1 + ldc
  const c3 = c2 + ldc
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00
  if (start == ACCUMULATE) {
    s00 = v128.load(c); s01 = v128.load(c, 16)
    s10 = v128.load(c1); s11 = v128.load(c1, 16)
    s20 = v128.load(c2); s21 = v128.load(c2, 16)
    s30 = v128.load(c3); s31 = v128.load(c3, 16)
  } else if (start == BIAS) {
    s00 = v128.load(bias); s01 = v128.load(bias, 16)
    s10 = s00; s11 = s01; s20 = s00; s21 = s01; s30 = s00; s31 = s01
  }
  for (let i = 0; i < k; i++) {
    const b0 = v128.load(panel)
    const b1 = v128.load(panel, 16)
    const x0 = v128.load_splat<f32>(a0)
    s00 = madd(x0, b0, s00); s01 = madd(x0, b1, s01)
    const x1 = v128.load_splat<f32>(a1)
    s10 = madd(x1, b0, s10); s11 = madd(x1, b1, s11)
    const x2 = v128.load_splat<f32>(a2)
    s20 = madd(x2, b0, s20); s21 = madd(x2, b1, s21)
    const x3 = v128.load_splat<f32>(a3)
    s30 = madd(x3, b0, s30); s31 = madd(x3, b1, s31)
    a0 += step; a1 += step; a2 += step; a3 += step
    panel += PANEL_BYTES
  }
  if (activation != LINEAR) {
    s00 = activate(s00, activation); s01 = activate(s01, activation)
    s10 = activate(s10, activation); s11 = activate(s11, activation)
    s20 = activate(s20, activation); s21 = activate(s21, activation)
    s30 = activate(s30, activation); s31 = activate(s31, activation)
  }
  v128.store(c, s00); v128.store(c, s01, 16)
  v128.store(c1, s10); v128.store(c1, s11, 16)
  v128.store(c2, s20); v128.store(c2, s21, 16)
  v128.store(c3, s30); v128.store(c3, s31, 16)
}

/** Copies m × n floats between row-major blocks; strides in bytes. */
export function copyBlock(from: usize, fromStride: usize, to: usize, toStride: usize, m: i32, n: i32): void {
  for (let i = 0; i < m; i++) {
    memory.copy(to + <usize>i * toStride, from + <usize>i * fromStride, <usize>n << 2)
  }
}

/** Bytes that {@link edgeTile} and {@link edgeBias} need at the start of the scratch area. */
export const TILE_BYTES: usize = 256

/** A tile at the edge of C, `m` rows by `n` columns, worked out in scratch. */
export function edgeTile(
  a0: usize, a1: usize, a2: usize, a3: usize, step: usize, panel: usize, k: i32,
  c: usize, ldc: usize, start: i32, bias: usize, activation: i32, m: i32, n: i32, scratch: usize,
): void {
  if (start == ACCUMULATE) {
    memory.fill(scratch, 0, 128)
    copyBlock(c, ldc, scratch, 32, m, n)
  }
  tile(a0, a1, a2, a3, step, panel, k, scratch, 32, start, bias, activation)
  copyBlock(scratch, 32, c, ldc, m, n)
}

/** The last `n` (under 8) values of a bias, copied where eight can be read. */
export function edgeBias(bias: usize, n: i32, scratch: usize): usize {
  const copy = scratch + 128
  memory.fill(copy, 0, 32)
  memory.copy(copy, bias, <usize>n << 2)
  return copy
}
