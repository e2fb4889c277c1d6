import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { isInstalled } from '../../../configs/load/load-optional.node.ts'
import { WEBGPU_PACKAGES } from '../../../policy/backends/optional-packages.ts'
import { hasGpu } from '../../../policy/backends/webgpu-backend.node.ts'

/** Where Debian's Chromium keeps a Vulkan loader and a driver that the processor runs. */
const FOLDER = '/usr/lib/chromium'
/** Of dlfcn.h: keeps the library loaded, though it is no module of Node. */
const RTLD_NODELETE = 0x1000

/** Whether WebGPU can be tried in this process: its packages are installed, and there is a GPU, be it emulated. */
export async function canTryWebgpu(): Promise<boolean> {
  if (!WEBGPU_PACKAGES.every(isInstalled)) return false
  offerEmulatedGpu()
  return hasGpu()
}

/**
 * Lets this process find Chromium's emulated GPU, SwiftShader, where the machine has no driver of its own.
 * The loader must be in memory under its name before WebGPU looks for it.
 */
function offerEmulatedGpu(): void {
  const [loader, driver] = ['libvulkan.so.1', 'vk_swiftshader_icd.json'].map((name) =>
    join(FOLDER, name),
  ) as [string, string]
  if (process.platform !== 'linux' || existsSync('/dev/dri')) return
  if (!existsSync(loader) || !existsSync(driver)) return
  process.env['VK_ICD_FILENAMES'] ??= driver
  try {
    process.dlopen({ exports: {} }, loader, constants.dlopen.RTLD_NOW | RTLD_NODELETE)
  } catch {
    // Always: it is a library, not a module; but now it is loaded.
  }
}
