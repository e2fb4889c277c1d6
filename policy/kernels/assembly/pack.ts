// Packed operands of the matrix product: B in panels of 16 columns, A (when transposed) in panels of 4 rows.
// Each panel runs along k; columns or rows beyond the edge are zeros.

/** Columns of a panel: the widest vectors' in `wide-gemm`, two tiles' here. */
export const PANEL: i32 = 16
export const PANEL_BYTES: usize = 64

/** Bytes of packed B with `k` rows and `n` columns. */
// @ts-ignore: decorator
@inline
export function packedBytes(n: i32, k: i32): usize {
  return <usize>(((n + PANEL - 1) & -PANEL) * k) << 2
}

/** dst [⌈n/16⌉][k][16] from b [k, n], rows `ldb` floats apart. */
export function packColumns(b: usize, ldb: i32, k: i32, n: i32, dst: usize): void {
  const stride = <usize>ldb << 2
  for (let j = 0; j < n; j += PANEL) {
    let from = b + (<usize>j << 2)
    const width = n - j
    for (let row = 0; row < k; row++) {
      if (width >= PANEL) {
        v128.store(dst, v128.load(from))
        v128.store(dst, v128.load(from, 16), 16)
        v128.store(dst, v128.load(from, 32), 32)
        v128.store(dst, v128.load(from, 48), 48)
      } else {
        for (let q = 0; q < PANEL; q++) {
          store<f32>(dst + (<usize>q << 2), q < width ? load<f32>(from + (<usize>q << 2)) : 0)
        }
      }
      dst += PANEL_BYTES
      from += stride
    }
  }
}

/** Four rows of four floats at `from`, `stride` bytes apart, stored as columns of a panel at `dst`. */
// @ts-ignore: decorator
@inline
function transposeBlock(from: usize, stride: usize, dst: usize): void {
  const r0 = v128.load(from)
  const r1 = v128.load(from + stride)
  const r2 = v128.load(from + 2 * stride)
  const r3 = v128.load(from + 3 * stride)
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
  v128.store(dst, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
  v128.store(dst, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 64)
  v128.store(dst, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 128)
  v128.store(dst, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 192)
}

/** The panels of {@link packColumns} from b stored transposed, [n, k] with rows `ldb` floats apart. */
export function packRows(b: usize, ldb: i32, k: i32, n: i32, dst: usize): void {
  const stride = <usize>ldb << 2
  for (let j = 0; j < n; j += PANEL) {
    const width = n - j
    const first = b + <usize>j * stride
    let row = 0
    if (width >= PANEL) {
      for (; row + 4 <= k; row += 4) {
        const from = first + (<usize>row << 2)
        transposeBlock(from, stride, dst)
        transposeBlock(from + 4 * stride, stride, dst + 16)
        transposeBlock(from + 8 * stride, stride, dst + 32)
        transposeBlock(from + 12 * stride, stride, dst + 48)
        dst += 4 * PANEL_BYTES
      }
    }
    for (; row < k; row++) {
      const from = first + (<usize>row << 2)
      for (let q = 0; q < PANEL; q++) {
        store<f32>(dst + (<usize>q << 2), q < width ? load<f32>(from + <usize>q * stride) : 0)
      }
      dst += PANEL_BYTES
    }
  }
}

/** dst [⌈m/4⌉][k][4] from a stored [k, m], rows `lda` floats apart: the operand Aᵀ. */
export function packTransposedA(a: usize, lda: i32, k: i32, m: i32, dst: usize): void {
  const stride = <usize>lda << 2
  const panel = <usize>k << 4
  let i = 0
  // A line of the cache at a time, which four panels share.
  for (; i + 16 <= m; i += 16) {
    let from = a + (<usize>i << 2)
    for (let row = 0; row < k; row++) {
      v128.store(dst, v128.load(from))
      v128.store(dst + panel, v128.load(from, 16))
      v128.store(dst + 2 * panel, v128.load(from, 32))
      v128.store(dst + 3 * panel, v128.load(from, 48))
      dst += 16
      from += stride
    }
    dst += 3 * panel
  }
  for (; i < m; i += 4) {
    let from = a + (<usize>i << 2)
    const height = m - i
    for (let row = 0; row < k; row++) {
      if (height >= 4) v128.store(dst, v128.load(from))
      else {
        for (let q = 0; q < 4; q++) {
          store<f32>(dst + (<usize>q << 2), q < height ? load<f32>(from + (<usize>q << 2)) : 0)
        }
      }
      dst += 16
      from += stride
    }
  }
}
