import { loadPart, madd, storePart } from './simd'

export const LINEAR: i32 = 0
export const RELU: i32 = 1
export const ELU: i32 = 2

/** Beyond this magnitude tanh is ±1 in single precision. */
const TANH_LIMIT: f32 = 7.90531110763549805

/**
 * tanh(x) = numerator / denominator, odd over even polynomial in x (the rational fit that Eigen uses).
 * The numerator; |x| at most TANH_LIMIT, `square` = x².
 */
// @ts-ignore: decorator
@inline
function tanhNumerator(x: v128, square: v128): v128 {
  let p = madd(square, f32x4.splat(-2.76076847742355e-16), f32x4.splat(2.00018790482477e-13))
  p = madd(square, p, f32x4.splat(-8.60467152213735e-11))
  p = madd(square, p, f32x4.splat(5.12229709037114e-8))
  p = madd(square, p, f32x4.splat(1.48572235717979e-5))
  p = madd(square, p, f32x4.splat(6.37261928875436e-4))
  p = madd(square, p, f32x4.splat(4.89352455891786e-3))
  return f32x4.mul(x, p)
}

// @ts-ignore: decorator
@inline
function tanhDenominator(square: v128): v128 {
  let q = madd(square, f32x4.splat(1.19825839466702e-6), f32x4.splat(1.18534705686654e-4))
  q = madd(square, q, f32x4.splat(2.268434632439e-3))
  return madd(square, q, f32x4.splat(4.89352518554385e-3))
}

/** pmin and pmax are one instruction each, and pass their first argument on when it is NaN. */
// @ts-ignore: decorator
@inline
function clampTanh(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(TANH_LIMIT)), f32x4.splat(-TANH_LIMIT))
}

/** tanh, error at most 3.3e-7. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const inside = clampTanh(x)
  const square = f32x4.mul(inside, inside)
  return f32x4.div(tanhNumerator(inside, square), tanhDenominator(square))
}

/** σ(x) = ½ tanh(x/2) + ½. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = f32x4.splat(0.5)
  return madd(half, tanh4(f32x4.mul(half, x)), half)
}

/** x above zero, eˣ − 1 below: with tanh(x/2) = p/q the latter is 2p / (q − p), exact near zero. */
// @ts-ignore: decorator
@inline
function elu4(x: v128): v128 {
  const zero = f32x4.splat(0)
  const below = clampTanh(f32x4.mul(f32x4.splat(0.5), f32x4.pmin(x, zero)))
  const square = f32x4.mul(below, below)
  const p = tanhNumerator(below, square)
  const rise = f32x4.div(f32x4.add(p, p), f32x4.sub(tanhDenominator(square), p))
  return v128.bitselect(x, rise, f32x4.gt(x, zero))
}

// @ts-ignore: decorator
@inline
export function activate(x: v128, activation: i32): v128 {
  if (activation == RELU) return f32x4.pmax(x, f32x4.splat(0))
  if (activation == ELU) return elu4(x)
  return x
}

// @ts-ignore: decorator
@inline
function slope(dy: v128, y: v128, activation: i32): v128 {
  const zero = f32x4.splat(0)
  if (activation == RELU) return v128.and(dy, f32x4.gt(y, zero))
  if (activation == ELU) return f32x4.mul(dy, f32x4.add(f32x4.pmin(y, zero), f32x4.splat(1)))
  return dy
}

/** dz = dy · activation'(z), worked out from the output y of the activation; n floats. */
export function activationBackward(dy: usize, y: usize, dz: usize, n: i32, activation: i32): void {
  let i = 0
  for (; i + 4 <= n; i += 4) {
    v128.store(dz, slope(v128.load(dy), v128.load(y), activation))
    dy += 16
    y += 16
    dz += 16
  }
  const rest = n - i
  if (rest > 0) storePart(dz, slope(loadPart(dy, rest), loadPart(y, rest), activation), rest)
}

/** y = activation(x), n floats; `y` may be `x`. Tests compare it with library functions. */
export function activationForward(x: usize, y: usize, n: i32, activation: i32): void {
  let i = 0
  for (; i + 4 <= n; i += 4) {
    v128.store(y, activate(v128.load(x), activation))
    x += 16
    y += 16
  }
  if (n > i) storePart(y, activate(loadPart(x, n - i), activation), n - i)
}
