import { CodedError } from '../../configs/load/coded-error.ts'
import { isInstalled } from '../../configs/load/load-optional.node.ts'
import type { BackendName } from './backend.ts'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from './optional-packages.ts'

/** Throws POLICY_BACKEND_MISSING, with the way to get them, when a backend's packages are not installed. */
export function requireBackend(name: BackendName): void {
  if (name === 'tensorflow' && !TENSORFLOW_PACKAGES.some(isInstalled)) {
    throw backendMissing('expected @tensorflow/tfjs-node, found none')
  }
  const absent = name === 'webgpu' ? WEBGPU_PACKAGES.filter((each) => !isInstalled(each)) : []
  if (absent.length > 0) {
    const hint = `npm install --save-prod ${absent.map(versioned).join(' ')}, or --backend wasm`
    throw backendMissing(
      `expected ${WEBGPU_PACKAGES.join(' and ')}, not found: ${absent.join(', ')}`,
      hint,
    )
  }
}

export function backendMissing(
  message: string,
  hint = 'sim2arm doctor --setup tensorflow, or --backend wasm',
  cause?: unknown,
): CodedError {
  return new CodedError('POLICY_BACKEND_MISSING', message, { hint, cause })
}

const versioned = (name: string) => (name.startsWith('@tensorflow/') ? `${name}@4.22.0` : name)
