import { defineConfig } from 'vite'

/** The page as plain files in `dist/viewer`, with relative addresses; licences of what is bundled beside it. */
export default defineConfig({
  base: './',
  build: {
    outDir: '../../../dist/viewer',
    emptyOutDir: true,
    target: 'es2023',
    license: true,
    chunkSizeWarningLimit: 1500,
  },
})
