import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CodedError } from '../../configs/load/coded-error.ts'
import type { UpdateSizes } from '../../policy/backends/update-workload.ts'

export interface PeerResult {
  readonly name: string
  readonly version: string
  readonly threads: number
  /** Median and best of one update [ms]. */
  readonly updateMs: number
  readonly bestUpdateMs: number
}

export interface PeerOptions {
  readonly sizes: UpdateSizes
  readonly threads?: number
  readonly repeats?: number
  /** A Python that has PyTorch. */
  readonly python?: string
}

/** The same update in PyTorch on this machine. */
export async function runPyTorchUpdate(options: PeerOptions): Promise<PeerResult> {
  const { sizes, threads = 1, repeats = 15, python = 'python3' } = options
  const job = JSON.stringify({ ...sizes, threads, repeats })
  try {
    const { stdout } = await promisify(execFile)(python, [peerScript(), job])
    return JSON.parse(stdout) as PeerResult
  } catch (cause) {
    throw new CodedError('BRIDGE_OPTION_MISSING', `${python} could not run the PyTorch peer`, {
      hint: 'pip install torch, and name that Python with --set python=PATH',
      cause,
    })
  }
}

/** Beside this file in the sources; the build does not copy it. */
function peerScript(): string {
  const places = ['peer_pytorch_update.py', '../../../bridge/bench/peer_pytorch_update.py']
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return paths.find(existsSync) ?? paths[0]!
}
