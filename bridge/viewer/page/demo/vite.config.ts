import { defineConfig } from 'vite'
import { notices } from '../notices.ts'

/** The demo as plain files with relative addresses, for any web host: `site/`. */
export default defineConfig({
  base: './',
  plugins: [notices()],
  publicDir: false,
  // Its second engine is never loaded here.
  worker: { format: 'es', rolldownOptions: { external: ['@mujoco/mujoco'] } },
  build: {
    outDir: '../../../../site',
    emptyOutDir: true,
    target: 'es2023',
    license: true,
    chunkSizeWarningLimit: 5000,
  },
})
