import { activationForward, LINEAR } from './activations'
import { gemv } from './gemv'
import { PANEL, packColumns, packedBytes, packRows, packTransposedA } from './pack'
import { ACCUMULATE, BIAS, edgeBias, edgeTile, TILE_BYTES, tile, ZERO } from './tile'
import { wideGemm } from './wide-gemm'

/** Rows of A worked through per pass over the panels, so that they stay in the second-level cache. */
const ROW_BLOCK: i32 = 128
/** Depth of a block of Aᵀ·B: packed panels of both stay in the caches. */
const DEPTH_BLOCK: i32 = 256
/** Rows whose columns are summed together: they stay in the first-level cache. */
const SUM_BLOCK: i32 = 16
/** Below this many rows packing costs more than it saves. */
export const FEW_ROWS: i32 = 4

/**
 * c [m, n] = activation(start + A · B), B in panels. Rows of A come in groups of four: row i begins at
 * a + (i >> 2)·group + (i & 3)·row.
 *
 * @param group, row, step - bytes from one group, row, k to the next
 * @param ldc - bytes between rows of c; with an activation those of n floats
 * @param scratch - TILE_BYTES
 */
function product(
  a: usize, group: usize, row: usize, step: usize, panels: usize, c: usize, ldc: usize,
  m: i32, n: i32, k: i32, start: i32, bias: usize, activation: i32, scratch: usize,
): void {
  if (wideGemm(a, group, row, step, panels, c, ldc, m, n, k, start, bias)) {
    if (activation != LINEAR) activationForward(c, c, m * n, activation)
    return
  }
  for (let j = 0; j < n; j += 8) {
    const width = min(8, n - j)
    const panel = panels + (<usize>((j & -PANEL) * k + (j & 8)) << 2)
    let columnBias = bias + (<usize>j << 2)
    if (start == BIAS && width < 8) columnBias = edgeBias(columnBias, width, scratch)
    for (let i = 0; i < m; i += 4) {
      const height = min(4, m - i)
      const a0 = a + <usize>(i >> 2) * group
      const a1 = height > 1 ? a0 + row : a0
      const a2 = height > 2 ? a1 + row : a0
      const a3 = height > 3 ? a2 + row : a0
      const corner = c + <usize>i * ldc + (<usize>j << 2)
      if (height == 4 && width == 8) {
        tile(a0, a1, a2, a3, step, panel, k, corner, ldc, start, columnBias, activation)
      } else {
        edgeTile(
          a0, a1, a2, a3, step, panel, k, corner, ldc, start, columnBias, activation,
          height, width, scratch,
        )
      }
    }
  }
}

/**
 * c [m, n] = activation(start + a [m, k] · B), all without gaps, B packed by packColumns or packRows.
 *
 * @param scratch - TILE_BYTES
 */
export function gemmPacked(
  a: usize, panels: usize, c: usize, m: i32, n: i32, k: i32, start: i32, bias: usize,
  activation: i32, scratch: usize,
): void {
  const row = <usize>k << 2
  const ldc = <usize>n << 2
  for (let i = 0; i < m; i += ROW_BLOCK) {
    product(
      a + <usize>i * row, 4 * row, row, 4, panels, c + <usize>i * ldc, ldc,
      min(ROW_BLOCK, m - i), n, k, start, bias, activation, scratch,
    )
  }
}

/** Bytes of scratch that {@link gemmTransposedA} and {@link gemmTransposedPair} need for n columns of C. */
export function transposedAScratchBytes(n: i32): usize {
  return TILE_BYTES + packedBytes(n, DEPTH_BLOCK) + (<usize>(ROW_BLOCK * DEPTH_BLOCK) << 2)
}

/** c [m, n] = start + aᵀ · b with a [k, m], b [k, n]: weight gradients. `start` ZERO or ACCUMULATE. */
export function gemmTransposedA(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, start: i32, scratch: usize,
): void {
  gemmTransposedPair(a, m, c, 0, 0, 0, b, n, k, start, scratch)
}

/** Two such products with the same b, which is packed once: of a1 [k, m1] and a2 [k, m2]. */
export function gemmTransposedPair(
  a1: usize, m1: i32, c1: usize, a2: usize, m2: i32, c2: usize, b: usize, n: i32, k: i32,
  start: i32, scratch: usize,
): void {
  const packedB = scratch + TILE_BYTES
  for (let k0 = 0; k0 < k; k0 += DEPTH_BLOCK) {
    const depth = min(DEPTH_BLOCK, k - k0)
    const from = k0 > 0 ? ACCUMULATE : start
    packColumns(b + (<usize>(k0 * n) << 2), n, depth, n, packedB)
    transposedProduct(a1 + (<usize>(k0 * m1) << 2), c1, m1, n, depth, from, scratch)
    transposedProduct(a2 + (<usize>(k0 * m2) << 2), c2, m2, n, depth, from, scratch)
  }
}

/** c [m, n] = start + a [depth, m]ᵀ · the b that is packed in scratch. */
function transposedProduct(
  a: usize, c: usize, m: i32, n: i32, depth: i32, start: i32, scratch: usize,
): void {
  const packedB = scratch + TILE_BYTES
  const packedA = packedB + packedBytes(n, DEPTH_BLOCK)
  const ldc = <usize>n << 2
  for (let i = 0; i < m; i += ROW_BLOCK) {
    const rows = min(ROW_BLOCK, m - i)
    packTransposedA(a + (<usize>i << 2), m, depth, rows, packedA)
    product(
      packedA, <usize>depth << 4, 4, 16, packedB, c + <usize>i * ldc, ldc, rows, n, depth,
      start, 0, LINEAR, scratch,
    )
  }
}

/** Bytes of scratch that {@link matmul} needs. */
export function matmulScratchBytes(m: i32, n: i32, k: i32, transposeA: i32, transposeB: i32): usize {
  if (transposeA && !transposeB) return transposedAScratchBytes(n)
  return TILE_BYTES + packedBytes(n, k) + (transposeA ? <usize>(m * k) << 2 : 0)
}

/**
 * c [m, n] = activation(bias + op(a) · op(b)), all row-major and dense.
 * op(a) is a [m, k] or the transpose of a [k, m]; op(b) is b [k, n] or the transpose of b [n, k].
 * `bias` 0: none. aᵀ·b takes neither bias nor activation.
 */
export function matmul(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: i32, transposeB: i32,
  bias: usize, activation: i32, scratch: usize,
): void {
  const start = bias ? BIAS : ZERO
  if (transposeA && !transposeB) {
    gemmTransposedA(a, b, c, m, n, k, ZERO, scratch)
    return
  }
  if (!transposeA && !transposeB && m < FEW_ROWS) {
    for (let i = 0; i < m; i++) {
      gemv(a + (<usize>(i * k) << 2), b, c + (<usize>(i * n) << 2), n, k, start, bias, activation)
    }
    return
  }
  const panels = scratch + TILE_BYTES
  if (transposeB) packRows(b, k, k, n, panels)
  else packColumns(b, n, k, n, panels)
  let rows = a
  if (transposeA) {
    rows = panels + packedBytes(n, k)
    for (let row = 0; row < k; row++) {
      for (let i = 0; i < m; i++) {
        store<f32>(rows + (<usize>(i * k + row) << 2), load<f32>(a + (<usize>(row * m + i) << 2)))
      }
    }
  }
  gemmPacked(rows, panels, c, m, n, k, start, bias, activation, scratch)
}

/** Bytes of scratch that {@link dense} needs. */
export function denseScratchBytes(batch: i32, inputs: i32, outputs: i32): usize {
  return matmulScratchBytes(batch, outputs, inputs, 0, 0)
}

/** y [batch, outputs] = activation(x [batch, inputs] · w [inputs, outputs] + b [outputs]). */
export function dense(
  x: usize, w: usize, b: usize, y: usize, batch: i32, inputs: i32, outputs: i32, activation: i32,
  scratch: usize,
): void {
  matmul(x, w, y, batch, outputs, inputs, 0, 0, b, activation, scratch)
}

/** sums [n] = start + Σ over the m rows of x [m, n]. `start` ZERO or ACCUMULATE. */
export function columnSum(x: usize, sums: usize, m: i32, n: i32, start: i32): void {
  const bytes = <usize>n << 2
  if (start == ZERO) memory.fill(sums, 0, bytes)
  for (let i = 0; i < m; i += SUM_BLOCK) {
    const rows = min(SUM_BLOCK, m - i)
    let at: usize = 0
    for (; at + 32 <= bytes; at += 32) {
      let low = v128.load(sums + at), high = v128.load(sums + at, 16)
      let from = x + at
      for (let r = 0; r < rows; r++) {
        low = f32x4.add(low, v128.load(from))
        high = f32x4.add(high, v128.load(from, 16))
        from += bytes
      }
      v128.store(sums + at, low)
      v128.store(sums + at, high, 16)
    }
    for (; at < bytes; at += 4) {
      let sum = load<f32>(sums + at)
      for (let r = 0; r < rows; r++) sum += load<f32>(x + at + <usize>r * bytes)
      store<f32>(sums + at, sum)
    }
    x += <usize>rows * bytes
  }
}
