import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { notices } from './notices.ts'

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The pages as plain files in `dist/viewer`, with relative addresses; licences of what is bundled beside them. */
export default defineConfig({
  base: './',
  plugins: [notices()],
  // Its second engine is never loaded here.
  worker: { format: 'es', rolldownOptions: { external: ['@mujoco/mujoco'] } },
  build: {
    outDir: '../../../dist/viewer',
    emptyOutDir: true,
    target: 'es2023',
    license: true,
    chunkSizeWarningLimit: 5000,
    // OpenCV is a file of its own: it is none of the page's modules.
    assetsInlineLimit: 4096,
    rolldownOptions: {
      input: {
        index: page('index.html'),
        camera: page('camera.html'),
        demo: page('demo/index.html'),
        runs: page('run-list/index.html'),
        training: page('training/index.html'),
      },
    },
  },
})
