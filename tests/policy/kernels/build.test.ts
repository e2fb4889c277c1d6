import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the committed kernels are what the AssemblyScript sources compile to', async () => {
  const build = new URL('../../../policy/kernels/build.mjs', import.meta.url).href
  const { compileKernels } = (await import(/* @vite-ignore */ build)) as {
    compileKernels: () => Promise<string>
  }
  const committed = readFileSync(
    new URL('../../../policy/kernels/kernels.gen.ts', import.meta.url),
    'utf8',
  )
  expect(await compileKernels()).toBe(committed)
})
