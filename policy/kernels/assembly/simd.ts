// Single-precision helpers on four lanes. Pointers are byte offsets into the imported memory.

/** a·b + c: one fused instruction in the relaxed-SIMD build, two rounded ones in the plain build. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** The first `lanes` (1 to 3) floats at `p`, zeros behind them; reads nothing beyond. */
export function loadPart(p: usize, lanes: i32): v128 {
  if (lanes == 1) return v128.load32_zero(p)
  const two = v128.load64_zero(p)
  return lanes == 2 ? two : v128.load_lane<f32>(p, two, 2, 8)
}

/** Stores the first `lanes` (1 to 3) floats of `x` at `p`; writes nothing beyond. */
export function storePart(p: usize, x: v128, lanes: i32): void {
  store<f32>(p, f32x4.extract_lane(x, 0))
  if (lanes > 1) store<f32>(p, f32x4.extract_lane(x, 1), 4)
  if (lanes > 2) store<f32>(p, f32x4.extract_lane(x, 2), 8)
}
