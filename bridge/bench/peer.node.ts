import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { UpdateSizes } from '../../policy/backends/update-workload.ts'
import type { Spread } from './figures.ts'
import type { RunTimes } from './stopwatch.ts'

/** The same update in PyTorch, in a process that takes turns with this one. */
export interface PyTorchPeer {
  readonly name: string
  readonly version: string
  readonly threads: number
  /** The vectors it computes with, as PyTorch names them. */
  readonly instructions: string
  run(repeats: number): Promise<RunTimes>
  close(): void
}

export interface PyTorchOptions {
  /** PyTorch's own. */
  readonly threads: number
  /** The widest vectors it may take; else those of the processor. */
  readonly instructions?: 'avx2' | undefined
  readonly python?: string
}

/** What holds each of PyTorch's libraries back to AVX2. */
const AVX2_ONLY = {
  ATEN_CPU_CAPABILITY: 'avx2',
  MKL_ENABLE_INSTRUCTIONS: 'AVX2',
  ONEDNN_MAX_CPU_ISA: 'AVX2',
}

/** Starts it. Throws BRIDGE_OPTION_MISSING. */
export async function startPyTorchUpdate(
  sizes: UpdateSizes,
  { threads, instructions: widest, python = peerPython() }: PyTorchOptions,
): Promise<PyTorchPeer> {
  const job = JSON.stringify({ ...sizes, threads })
  const child = spawn(python, [placeOf('peer_pytorch_update.py'), job], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...(widest === 'avx2' && AVX2_ONLY) },
  })
  const missing = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(cannotRun(python, 'torch', cause)))
    child.once('close', () => reject(cannotRun(python, 'torch')))
  })
  missing.catch(() => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const read = async () => {
    const line = await Promise.race([lines.next(), missing])
    if (line.done) throw cannotRun(python, 'torch')
    return JSON.parse(line.value) as unknown
  }
  const { name, version, threads: found, instructions } = (await read()) as PyTorchPeer
  return {
    ...{ name, version, threads: found, instructions },
    async run(repeats) {
      child.stdin.write(`${repeats}\n`)
      return (await read()) as RunTimes
    },
    close: () => child.stdin.end(),
  }
}

/** One arm's stroke for MuJoCo's own library. */
export interface MujocoPeerScene {
  readonly mjcf: string
  readonly qpos: readonly number[]
  /** [numRows][numJoints] */
  readonly targets: readonly (readonly number[])[]
}

export interface MujocoPeerJob {
  readonly scenes: readonly MujocoPeerScene[]
  /** Steps of MuJoCo for each row of targets. */
  readonly stepsPerTarget: number
  /** Control steps in one scene. */
  readonly controlSteps: number
  readonly repeats: number
  readonly minArmSteps: number
}

export interface MujocoPeerResult {
  readonly name: string
  readonly version: string
  /** Control steps of one arm per second of processor time, and of wall time. */
  readonly stepsPerS: Spread
  readonly stepsPerWallS: Spread
}

/** The same scenes in the Python package `mujoco` on this machine. */
export function runMujocoPhysics(job: MujocoPeerJob): Promise<MujocoPeerResult> {
  return runMujoco('peer_mujoco_physics.py', job)
}

/** A stroke whose servos have more to them than MuJoCo's; arrays [numJoints]. */
export interface MujocoPushScene extends MujocoPeerScene {
  readonly backlashRad: readonly number[]
  readonly deadBandRad: readonly number[]
  readonly coulombNm: readonly number[]
  readonly loadFriction: readonly number[]
}

export interface MujocoPushResult {
  readonly version: string
  /** Of each scene's object at the end: x, y, z [m], then w, x, y, z. */
  readonly poses: readonly (readonly number[])[]
}

/** Where the objects of these scenes end in the Python package `mujoco` on this machine. */
export function runMujocoPushes(
  scenes: readonly MujocoPushScene[],
  stepsPerTarget: number,
): Promise<MujocoPushResult> {
  return runMujoco('peer_mujoco_pushes.py', { scenes, stepsPerTarget })
}

async function runMujoco<Result>(script: string, job: unknown): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sim2arm-bench-'))
  try {
    const file = join(folder, 'job.json')
    await writeFile(file, JSON.stringify(job))
    return await runScript<Result>(peerPython(), script, file, 'mujoco')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The Python that peers run on: SIM2ARM_PYTHON, else the one on the path. */
export function peerPython(): string {
  return process.env['SIM2ARM_PYTHON'] ?? 'python3'
}

/** Runs a script of this folder and reads the JSON line it prints. Throws BRIDGE_OPTION_MISSING. */
async function runScript<Result>(
  python: string,
  script: string,
  argument: string,
  library: string,
): Promise<Result> {
  try {
    const { stdout } = await promisify(execFile)(python, [placeOf(script), argument])
    return JSON.parse(stdout) as Result
  } catch (cause) {
    throw cannotRun(python, library, cause)
  }
}

/** Beside this file in the sources; the build does not copy it. */
function placeOf(script: string): string {
  const places = [script, `../../../bridge/bench/${script}`]
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return paths.find(existsSync) ?? paths[0]!
}

function cannotRun(python: string, library: string, cause?: unknown): CodedError {
  const message = `${python} could not run the ${library} peer`
  return new CodedError('BRIDGE_OPTION_MISSING', message, {
    hint: `pip install ${library}, and name that Python in SIM2ARM_PYTHON`,
    cause,
  })
}
