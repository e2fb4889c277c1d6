import { activate } from './activations'
import { loadPart, madd, storePart } from './simd'
import { ACCUMULATE, BIAS } from './tile'

/** Row-major matrix times one row, without packing: y [n] = activation(start + x [k] · w [k, n]). */
export function gemv(
  x: usize, w: usize, y: usize, n: i32, k: i32, start: i32, bias: usize, activation: i32,
): void {
  const stride = <usize>n << 2
  const origin = start == ACCUMULATE ? y : bias
  let j = 0
  for (; j + 32 <= n; j += 32) wide(x, w, y, stride, <usize>j << 2, k, start, origin, activation)
  for (; j < n; j += 4) {
    const at = <usize>j << 2
    const lanes = min(4, n - j)
    let sum = f32x4.splat(0)
    if (start != 0) sum = lanes == 4 ? v128.load(origin + at) : loadPart(origin + at, lanes)
    let column = w + at
    for (let i = 0; i < k; i++) {
      const b = lanes == 4 ? v128.load(column) : loadPart(column, lanes)
      sum = madd(v128.load_splat<f32>(x + (<usize>i << 2)), b, sum)
      column += stride
    }
    sum = activate(sum, activation)
    if (lanes == 4) v128.store(y + at, sum)
    else storePart(y + at, sum, lanes)
  }
}

/** 32 columns from byte `at` of each row. */
function wide(
  x: usize, w: usize, y: usize, stride: usize, at: usize, k: i32, start: i32, origin: usize,
  activation: i32,
): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0
  if (start == ACCUMULATE || start == BIAS) {
    const from = origin + at
    s0 = v128.load(from); s1 = v128.load(from, 16); s2 = v128.load(from, 32); s3 = v128.load(from, 48)
    s4 = v128.load(from, 64); s5 = v128.load(from, 80); s6 = v128.load(from, 96); s7 = v128.load(from, 112)
  }
  let row = w + at
  for (let i = 0; i < k; i++) {
    const v = v128.load_splat<f32>(x)
    s0 = madd(v, v128.load(row), s0); s1 = madd(v, v128.load(row, 16), s1)
    s2 = madd(v, v128.load(row, 32), s2); s3 = madd(v, v128.load(row, 48), s3)
    s4 = madd(v, v128.load(row, 64), s4); s5 = madd(v, v128.load(row, 80), s5)
    s6 = madd(v, v128.load(row, 96), s6); s7 = madd(v, v128.load(row, 112), s7)
    x += 4
    row += stride
  }
  const to = y + at
  v128.store(to, activate(s0, activation)); v128.store(to, activate(s1, activation), 16)
  v128.store(to, activate(s2, activation), 32); v128.store(to, activate(s3, activation), 48)
  v128.store(to, activate(s4, activation), 64); v128.store(to, activate(s5, activation), 80)
  v128.store(to, activate(s6, activation), 96); v128.store(to, activate(s7, activation), 112)
}
