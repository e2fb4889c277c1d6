/** How kernels are called: by their build, and the native code that computes their products. */
export function kernelNames(kernels: string, products: string | undefined): string {
  return products === undefined ? kernels : `${kernels} + ${products}`
}
