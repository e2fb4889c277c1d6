import { madd } from './simd'

/** Σ x², n floats, summed in double precision. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = low
  let i = 0
  for (; i + 4 <= n; i += 4) {
    const values = v128.load(x)
    const a = f64x2.promote_low_f32x4(values)
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3))
    low = f64x2.add(low, f64x2.mul(a, a))
    high = f64x2.add(high, f64x2.mul(b, b))
    x += 16
  }
  const both = f64x2.add(low, high)
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)
  for (; i < n; i++) {
    const value = <f64>load<f32>(x)
    sum += value * value
    x += 4
  }
  return sum
}

/**
 * One Adam step on n floats: p, m and v are read, pNext, mNext and vNext written.
 *
 * @param rate - learning rate / (1 − β₁ᵗ)
 * @param secondScale - 1 / (1 − β₂ᵗ)
 * @param gradientScale - multiplied into the gradient first
 */
export function adam(
  p: usize, g: usize, m: usize, v: usize, pNext: usize, mNext: usize, vNext: usize, n: i32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, secondScale: f32, gradientScale: f32,
): void {
  const keep1 = f32x4.splat(beta1)
  const take1 = f32x4.splat(1 - beta1)
  const keep2 = f32x4.splat(beta2)
  const take2 = f32x4.splat(1 - beta2)
  const guard = f32x4.splat(epsilon)
  const step = f32x4.splat(-rate)
  const second = f32x4.splat(secondScale)
  const scale = f32x4.splat(gradientScale)
  const bytes = <usize>n << 2
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const gradient = f32x4.mul(scale, v128.load(g + at))
    const first = madd(keep1, v128.load(m + at), f32x4.mul(take1, gradient))
    const square = f32x4.mul(take2, f32x4.mul(gradient, gradient))
    const spread = madd(keep2, v128.load(v + at), square)
    v128.store(mNext + at, first)
    v128.store(vNext + at, spread)
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(spread, second)), guard)
    v128.store(pNext + at, madd(step, f32x4.div(first, root), v128.load(p + at)))
  }
  for (; at < bytes; at += 4) {
    const gradient = gradientScale * load<f32>(g + at)
    const first = beta1 * load<f32>(m + at) + (1 - beta1) * gradient
    const spread = beta2 * load<f32>(v + at) + (1 - beta2) * gradient * gradient
    store<f32>(mNext + at, first)
    store<f32>(vNext + at, spread)
    const change = (rate * first) / (sqrt<f32>(spread * secondScale) + epsilon)
    store<f32>(pNext + at, load<f32>(p + at) - change)
  }
}
