import { sigmoid4, tanh4 } from './activations'
import { madd } from './simd'

// The element-wise part of an LSTM step. hidden is a multiple of 4; gates in order i, f, g, o.

/** A row's mask in all lanes; `mask` 0: ones. */
// @ts-ignore: decorator
@inline
function keep(mask: usize, row: i32): v128 {
  return mask ? v128.load_splat<f32>(mask + (<usize>row << 2)) : f32x4.splat(1)
}

/** to [batch, hidden] = from · mask [batch]; `to` may be `from`. */
export function maskRows(from: usize, to: usize, mask: usize, batch: i32, hidden: i32): void {
  const bytes = <usize>hidden << 2
  for (let row = 0; row < batch; row++) {
    const m = keep(mask, row)
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, f32x4.mul(m, v128.load(from + at)))
    }
    from += bytes
    to += bytes
  }
}

/** gates [batch, 4·hidden] hold sums and receive activations; c may be cPrevious, h is written. */
export function cellStep(
  gates: usize, cPrevious: usize, h: usize, c: usize, batch: i32, hidden: i32,
): void {
  const bytes = <usize>hidden << 2
  for (let row = 0; row < batch; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const i = sigmoid4(v128.load(gates + at))
      const f = sigmoid4(v128.load(gates + bytes + at))
      const g = tanh4(v128.load(gates + 2 * bytes + at))
      const o = sigmoid4(v128.load(gates + 3 * bytes + at))
      const cell = madd(f, v128.load(cPrevious + at), f32x4.mul(i, g))
      v128.store(c + at, cell)
      v128.store(h + at, f32x4.mul(o, tanh4(cell)))
    }
    gates += 4 * bytes
    cPrevious += bytes
    h += bytes
    c += bytes
  }
}

/**
 * {@link cellStep} that also keeps what the backward pass needs: activated gates and tanh(c), and writes
 * the masked start of the next step to hNext and cNext (both 0 at the last step).
 */
export function cellForward(
  gates: usize, cPrevious: usize, h: usize, c: usize, tanhC: usize,
  hNext: usize, cNext: usize, nextMask: usize, batch: i32, hidden: i32,
): void {
  const bytes = <usize>hidden << 2
  for (let row = 0; row < batch; row++) {
    const m = keep(nextMask, row)
    for (let at: usize = 0; at < bytes; at += 16) {
      const i = sigmoid4(v128.load(gates + at))
      const f = sigmoid4(v128.load(gates + bytes + at))
      const g = tanh4(v128.load(gates + 2 * bytes + at))
      const o = sigmoid4(v128.load(gates + 3 * bytes + at))
      const cell = madd(f, v128.load(cPrevious + at), f32x4.mul(i, g))
      const squashed = tanh4(cell)
      const output = f32x4.mul(o, squashed)
      v128.store(gates + at, i)
      v128.store(gates + bytes + at, f)
      v128.store(gates + 2 * bytes + at, g)
      v128.store(gates + 3 * bytes + at, o)
      v128.store(c + at, cell)
      v128.store(tanhC + at, squashed)
      v128.store(h + at, output)
      if (hNext) {
        v128.store(hNext + at, f32x4.mul(m, output))
        v128.store(cNext + at, f32x4.mul(m, cell))
      }
    }
    gates += 4 * bytes
    cPrevious += bytes
    h += bytes
    c += bytes
    tanhC += bytes
    if (hNext) {
      hNext += bytes
      cNext += bytes
    }
  }
}

/**
 * Backward through one step. dh = dhOut + dhCarry is the whole gradient of h; dc [batch, hidden] holds the
 * gradient of c from later steps and receives the one of the c before this step's mask.
 * dGates [batch, 4·hidden] receives the gradient of the gate sums.
 */
export function cellBackward(
  gates: usize, cPrevious: usize, tanhC: usize, dhOut: usize, dhCarry: usize, dc: usize,
  dGates: usize, mask: usize, batch: i32, hidden: i32,
): void {
  const bytes = <usize>hidden << 2
  const one = f32x4.splat(1)
  for (let row = 0; row < batch; row++) {
    const m = keep(mask, row)
    for (let at: usize = 0; at < bytes; at += 16) {
      const i = v128.load(gates + at)
      const f = v128.load(gates + bytes + at)
      const g = v128.load(gates + 2 * bytes + at)
      const o = v128.load(gates + 3 * bytes + at)
      const t = v128.load(tanhC + at)
      const dh = f32x4.add(v128.load(dhOut + at), v128.load(dhCarry + at))
      const viaTanh = f32x4.mul(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(t, t)))
      const cell = f32x4.add(v128.load(dc + at), viaTanh)
      const di = f32x4.mul(f32x4.mul(cell, g), f32x4.mul(i, f32x4.sub(one, i)))
      const df = f32x4.mul(f32x4.mul(cell, v128.load(cPrevious + at)), f32x4.mul(f, f32x4.sub(one, f)))
      const dg = f32x4.mul(f32x4.mul(cell, i), f32x4.sub(one, f32x4.mul(g, g)))
      const dO = f32x4.mul(f32x4.mul(dh, t), f32x4.mul(o, f32x4.sub(one, o)))
      v128.store(dGates + at, di)
      v128.store(dGates + bytes + at, df)
      v128.store(dGates + 2 * bytes + at, dg)
      v128.store(dGates + 3 * bytes + at, dO)
      v128.store(dc + at, f32x4.mul(m, f32x4.mul(cell, f)))
    }
    gates += 4 * bytes
    cPrevious += bytes
    tanhC += bytes
    dhOut += bytes
    dhCarry += bytes
    dc += bytes
    dGates += 4 * bytes
  }
}
