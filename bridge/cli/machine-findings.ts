import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'
import { delimiter, join } from 'node:path'
import { TENSORFLOW_PACKAGES, WEBGPU_PACKAGES } from '../../policy/backends/optional-packages.ts'
import { enableRelaxedSimd } from '../../policy/kernels/enable-relaxed-simd.node.ts'
import { loadWideGemm } from '../../policy/kernels/native/load-wide-gemm.node.ts'
import { validateModule } from '../../policy/kernels/web-assembly.ts'
import { isRosSourced, RCLNODEJS_VERSION } from '../ros/load-rclnodejs.node.ts'
import { filesIn, isAccessible, serialFacts, serialFindings } from './serial-findings.ts'

/** One thing looked for: `absent` is optional, `missing` is needed. */
export interface Finding {
  readonly name: string
  readonly status: 'present' | 'absent' | 'missing'
  readonly found: string
  /** How to get it. */
  readonly hint?: string
}

/** What this machine has, and how to get what it has not. Starts at most one short Python process. */
export function examineMachine(): Finding[] {
  return [
    node(),
    cpu(),
    wasmSimd(),
    relaxedSimd(),
    nativeProducts(),
    serialModule(),
    pseudoTerminal(),
    ...serialFindings(serialFacts()),
    program('chromium', ['chromium', 'chromium-browser', 'google-chrome'], 'apt install chromium'),
    ...python(),
    ros(),
    optionalPackage(
      'rclnodejs',
      `npm install --save-prod rclnodejs@${RCLNODEJS_VERSION} in a shell where ROS 2 is sourced`,
    ),
    tensorflow(),
    webgpu(),
    optionalPackage('onnxruntime-node', 'npm install onnxruntime-node'),
    gpu(),
  ]
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isFit =
    (major === 20 && minor >= 20) ||
    (major === 22 && minor >= 12) ||
    (major >= 24 && major % 2 === 0)
  return required('node', isFit, process.version, 'use Node 20.20, 22 or 24')
}

function cpu(): Finding {
  const cores = cpus()
  const wanted = ['avx512f', 'avx2', 'fma', 'sse4_1', 'asimd']
  const flags = cpuFlags()
  const simd = wanted.filter((flag) => flags.has(flag)).join(' ')
  const memoryGiB = (totalmem() / 2 ** 30).toFixed(1)
  const model = cores[0]?.model.trim() || process.arch
  const found = [`${cores.length} × ${model}`, `${memoryGiB} GiB`, simd].filter(Boolean).join(', ')
  return { name: 'cpu', status: 'present', found }
}

function cpuFlags(): Set<string> {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))
    return new Set(line?.[1]?.split(' '))
  } catch {
    return new Set()
  }
}

// The smallest modules that use one instruction: i8x16.popcnt, i8x16.relaxed_swizzle.
const MODULE_HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0]
const SIMD_BODY = [10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]
const RELAXED_BODY = [10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11]

function wasmSimd(): Finding {
  const isThere = validateModule(new Uint8Array([...MODULE_HEAD, ...SIMD_BODY]))
  return required('wasm-simd', isThere, isThere ? 'yes' : 'no', 'use a CPU with SSE4.1 or NEON')
}

function relaxedSimd(): Finding {
  const bytes = new Uint8Array([...MODULE_HEAD, ...RELAXED_BODY])
  let found = 'yes'
  if (!validateModule(bytes)) {
    enableRelaxedSimd()
    found = validateModule(bytes) ? 'yes, behind a flag that is set when needed' : 'no'
  }
  return optional('wasm-relaxed-simd', found !== 'no', found, 'Node 22 or 24 has it')
}

/** A C compiler at the time of the build makes them. */
function nativeProducts(): Finding {
  const addon = loadWideGemm()
  const isThere = 'wideGemm' in addon
  const found = isThere ? addon.instructions : addon.reason
  return optional('native-products', isThere, found, 'apt install gcc, then npm run build')
}

function serialModule(): Finding {
  const isThere = resolves('serialport')
  return required('serial-driver', isThere, isThere ? 'serialport' : 'not installed', 'npm ci')
}

function pseudoTerminal(): Finding {
  const isThere = resolves(
    `@lydell/node-pty-${process.platform}-${process.arch}`,
    '@lydell/node-pty',
  )
  const found = isThere ? 'yes' : 'no: the twin falls back to TCP'
  return optional('pseudo-terminal', isThere, found, 'npm ci on Linux or macOS')
}

function python(): Finding[] {
  const interpreter = program('python', ['python3'], 'apt install python3 python3-venv')
  const modules = ['onnxruntime', 'mujoco', 'torch']
  const script = `import importlib.util as u
for m in ${JSON.stringify(modules)}: print(m if u.find_spec(m) else "")`
  const listed =
    interpreter.status === 'present'
      ? spawnSync('python3', ['-c', script], { encoding: 'utf8', timeout: 10_000 }).stdout
      : ''
  const present = new Set((listed ?? '').split('\n'))
  return [
    interpreter,
    ...modules.map((name) => {
      const isThere = present.has(name)
      return optional(`python-${name}`, isThere, isThere ? 'yes' : 'no', `pip install ${name}`)
    }),
  ]
}

function ros(): Finding {
  if (isRosSourced(process.env)) return sourcedRos(process.env['ROS_DISTRO']!)
  const installed = filesIn('/opt/ros')
  const found = installed.length > 0 ? `installed, not sourced: ${installed.join(', ')}` : 'no'
  const hint =
    installed.length > 0
      ? `source /opt/ros/${installed[0]}/setup.bash`
      : 'https://docs.ros.org, or use a rosbridge:// sensor, which needs no ROS here'
  return { name: 'ros', status: 'absent', found, hint }
}

/** Jazzy is what the bridge was written against; others may differ. */
function sourcedRos(distribution: string): Finding {
  const middleware = process.env['RMW_IMPLEMENTATION'] ?? 'the default middleware'
  const domain = process.env['ROS_DOMAIN_ID'] ?? '0'
  const note = distribution === 'jazzy' ? '' : ', untried: jazzy is what it was written for'
  const found = `${distribution}, ${middleware}, domain ${domain}${note}`
  return { name: 'ros', status: 'present', found }
}

function tensorflow(): Finding {
  const found = TENSORFLOW_PACKAGES.find((name) => resolves(name))
  return optional(
    'tensorflow-backend',
    found !== undefined,
    found ?? 'no: training uses the wasm backend',
    'sim2arm doctor --setup tensorflow, on Node 20 or 22',
  )
}

function webgpu(): Finding {
  const absent = WEBGPU_PACKAGES.filter((name) => !resolves(name))
  const found = absent.length === 0 ? WEBGPU_PACKAGES.join(' and ') : 'no'
  const hint =
    'npm install --save-prod webgpu @tensorflow/tfjs-backend-webgpu@4.22.0, for training on a GPU'
  return optional('webgpu-backend', absent.length === 0, found, hint)
}

function gpu(): Finding {
  const isThere = existsSync('/proc/driver/nvidia/version') || isAccessible('/dev/dri/renderD128')
  return optional('gpu', isThere, isThere ? 'yes' : 'no', 'not needed: training runs on the CPU')
}

function program(name: string, candidates: readonly string[], hint: string): Finding {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const files = candidates.flatMap((file) => folders.map((folder) => join(folder, file)))
  const found = files.find(existsSync)
  return optional(name, found !== undefined, found ?? 'no', hint)
}

function optionalPackage(name: string, hint: string): Finding {
  const isThere = resolves(name)
  return optional(name, isThere, isThere ? 'yes' : 'no', hint)
}

function required(name: string, isThere: boolean, found: string, hint: string): Finding {
  return isThere ? { name, status: 'present', found } : { name, status: 'missing', found, hint }
}

function optional(name: string, isThere: boolean, found: string, hint: string): Finding {
  return isThere ? { name, status: 'present', found } : { name, status: 'absent', found, hint }
}

/** Whether a package is installed, seen from here or from another package; nothing is loaded. */
function resolves(name: string, from?: string): boolean {
  const here = createRequire(import.meta.url)
  try {
    const require = from === undefined ? here : createRequire(here.resolve(`${from}/package.json`))
    require.resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}
