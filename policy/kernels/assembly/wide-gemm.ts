/**
 * The product of `gemm.ts` without activation, by vectors wider than WebAssembly's, in code outside of it
 * that works on the same memory. Sums in the same order, so that it gives the same bits.
 *
 * @returns 0 where there is none: nothing is done
 */
// @ts-ignore: decorator
@external('env', 'wideGemm')
export declare function wideGemm(
  a: usize, group: usize, row: usize, step: usize, panels: usize, c: usize, ldc: usize,
  m: i32, n: i32, k: i32, start: i32, bias: usize,
): i32
