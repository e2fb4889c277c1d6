import { sigmoid4, tanh4 } from './activations'
import { madd } from './simd'

// The element-wise part of a GRU step. hidden is a multiple of 4; gates in order r, z, n.

/**
 * gates [batch, 3·hidden] hold the sums of the input and receive activations; stateSums [batch, 3·hidden]
 * are those of the state before, hBefore [batch, hidden]. candidate receives the state's sum for n.
 */
export function gruCellForward(
  gates: usize, stateSums: usize, candidate: usize, hBefore: usize, h: usize, batch: i32, hidden: i32,
): void {
  const bytes = <usize>hidden << 2
  for (let row = 0; row < batch; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const r = sigmoid4(f32x4.add(v128.load(gates + at), v128.load(stateSums + at)))
      const zSum = f32x4.add(v128.load(gates + bytes + at), v128.load(stateSums + bytes + at))
      const z = sigmoid4(zSum)
      const q = v128.load(stateSums + 2 * bytes + at)
      const n = tanh4(madd(r, q, v128.load(gates + 2 * bytes + at)))
      v128.store(gates + at, r)
      v128.store(gates + bytes + at, z)
      v128.store(gates + 2 * bytes + at, n)
      v128.store(candidate + at, q)
      v128.store(h + at, madd(z, f32x4.sub(v128.load(hBefore + at), n), n))
    }
    gates += 3 * bytes
    stateSums += 3 * bytes
    candidate += bytes
    hBefore += bytes
    h += bytes
  }
}

/**
 * Backward through one step. dhOut + dhCarry is the whole gradient of h; dhCarry receives the part of
 * hBefore's gradient that does not pass wh. dInputSums and dStateSums [batch, 3·hidden] receive the
 * gradients of the two sums.
 */
export function gruCellBackward(
  gates: usize, candidate: usize, hBefore: usize, dhOut: usize, dhCarry: usize,
  dInputSums: usize, dStateSums: usize, batch: i32, hidden: i32,
): void {
  const bytes = <usize>hidden << 2
  const one = f32x4.splat(1)
  for (let row = 0; row < batch; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const r = v128.load(gates + at)
      const z = v128.load(gates + bytes + at)
      const n = v128.load(gates + 2 * bytes + at)
      const dh = f32x4.add(v128.load(dhOut + at), v128.load(dhCarry + at))
      const dn = f32x4.mul(f32x4.mul(dh, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)))
      const zSlope = f32x4.mul(z, f32x4.sub(one, z))
      const dz = f32x4.mul(f32x4.mul(dh, f32x4.sub(v128.load(hBefore + at), n)), zSlope)
      const rSlope = f32x4.mul(r, f32x4.sub(one, r))
      const dr = f32x4.mul(f32x4.mul(dn, v128.load(candidate + at)), rSlope)
      v128.store(dInputSums + at, dr)
      v128.store(dInputSums + bytes + at, dz)
      v128.store(dInputSums + 2 * bytes + at, dn)
      v128.store(dStateSums + at, dr)
      v128.store(dStateSums + bytes + at, dz)
      v128.store(dStateSums + 2 * bytes + at, f32x4.mul(dn, r))
      v128.store(dhCarry + at, f32x4.mul(dh, z))
    }
    gates += 3 * bytes
    candidate += bytes
    hBefore += bytes
    dhOut += bytes
    dhCarry += bytes
    dInputSums += 3 * bytes
    dStateSums += 3 * bytes
  }
}
