import {
  ACTIVATION,
  instantiateKernels,
  type KernelExports,
  type KernelOptions,
} from '../kernels/load-kernels.ts'
import { createMemory, WASM_PAGE_BYTES } from '../kernels/web-assembly.ts'
import {
  ACTOR_TENSORS,
  type ActorParameters,
  type ActorShape,
  actorTensorShapes,
} from '../networks/actor-parameters.ts'
import { checkActorParameters, checkSameShape } from '../networks/check-actor-parameters.ts'
import type { ActorRunner } from './actor-runner.ts'
import { normaliseRow } from './actor-step.ts'

/**
 * The runner on the WebAssembly kernels; hidden is a multiple of 4. It owns one memory with the
 * parameters and every intermediate result, so a step only copies its arguments in and out.
 */
export function createKernelRunner(
  initial: ActorParameters,
  batch: number,
  options: KernelOptions = {},
): ActorRunner {
  checkActorParameters(initial)
  const { shape } = initial
  const { at, bytes } = placeArrays(shape, batch)
  const memory = createMemory(bytes)
  const kernels = instantiateKernels(memory, options)
  memory.grow(Math.ceil(scratchBytes(kernels, shape, batch) / WASM_PAGE_BYTES))
  const floats = new Float32Array(memory.buffer)
  const view = (name: ArrayName, length: number) =>
    new Float32Array(memory.buffer, at[name], length)
  const stateView = view('state', batch * 2 * shape.hidden)
  const meanView = view('mean', batch * shape.action)
  let parameters = initial

  const load = (next: ActorParameters): void => {
    checkSameShape(initial, next)
    parameters = structuredClone(next)
    for (const name of ACTOR_TENSORS) view(name, next.tensors[name].length).set(next.tensors[name])
  }
  load(initial)

  return {
    batch,
    stateSize: 2 * shape.hidden,
    load,
    step(observation, state, outMean) {
      for (let row = 0; row < batch; row++) {
        const offset = at.normalised / 4 + row * shape.observation
        normaliseRow(parameters, observation, row, floats, offset)
      }
      stateView.set(state)
      splitState(floats, at, shape.hidden, batch)
      runKernels(kernels, at, shape, batch, floats)
      joinState(floats, at, shape.hidden, batch)
      state.set(stateView)
      outMean.set(meanView)
    },
  }
}

const WORK_ARRAYS = [
  'normalised',
  'embedding',
  'state',
  'h',
  'c',
  'features',
  'headOut',
  'mean',
  'scratch',
] as const

type ArrayName = (typeof ACTOR_TENSORS)[number] | (typeof WORK_ARRAYS)[number]
/** Byte offset of each array, a multiple of 16; `scratch` comes last. */
type Places = Readonly<Record<ArrayName, number>>

function placeArrays(s: ActorShape, batch: number): { at: Places; bytes: number } {
  const tensorShapes = actorTensorShapes(s)
  const lengths: Record<ArrayName, number> = {
    ...(Object.fromEntries(
      ACTOR_TENSORS.map((name) => [name, tensorShapes[name].reduce((a, b) => a * b, 1)]),
    ) as Record<(typeof ACTOR_TENSORS)[number], number>),
    normalised: batch * s.observation,
    embedding: batch * s.embed,
    state: batch * 2 * s.hidden,
    h: batch * s.hidden,
    c: batch * s.hidden,
    features: batch * (s.embed + s.hidden),
    headOut: batch * s.head,
    mean: batch * s.action,
    scratch: 0,
  }
  const at: Partial<Record<ArrayName, number>> = {}
  let bytes = 0
  for (const name of [...ACTOR_TENSORS, ...WORK_ARRAYS]) {
    at[name] = bytes
    bytes = Math.ceil((bytes + 4 * lengths[name]) / 16) * 16
  }
  return { at: at as Places, bytes }
}

function scratchBytes(kernels: KernelExports, s: ActorShape, batch: number): number {
  return Math.max(
    kernels.denseScratchBytes(batch, s.observation, s.embed),
    kernels.lstmStepScratchBytes(batch, s.embed, s.hidden),
    kernels.denseScratchBytes(batch, s.embed + s.hidden, s.head),
    kernels.denseScratchBytes(batch, s.head, s.action),
  )
}

function runKernels(
  kernels: KernelExports,
  at: Places,
  s: ActorShape,
  batch: number,
  floats: Float32Array,
): void {
  const { relu, elu, linear } = ACTIVATION
  const { embed, hidden, head } = s
  const scratch = at.scratch
  kernels.dense(
    at.normalised,
    at.embedW,
    at.embedB,
    at.embedding,
    batch,
    s.observation,
    embed,
    relu,
    scratch,
  )
  kernels.lstmStep(
    at.embedding,
    at.h,
    at.c,
    at.lstmWx,
    at.lstmWh,
    at.lstmB,
    batch,
    embed,
    hidden,
    scratch,
  )
  const width = embed + hidden
  for (let row = 0; row < batch; row++) {
    const to = at.features / 4 + row * width
    copy(floats, at.embedding / 4 + row * embed, to, embed)
    copy(floats, at.h / 4 + row * hidden, to + embed, hidden)
  }
  kernels.dense(at.features, at.headW, at.headB, at.headOut, batch, width, head, elu, scratch)
  kernels.dense(at.headOut, at.outW, at.outB, at.mean, batch, head, s.action, linear, scratch)
}

/** Rows of h, c become h rows and c rows. */
function splitState(floats: Float32Array, at: Places, hidden: number, batch: number): void {
  for (let row = 0; row < batch; row++) {
    const from = at.state / 4 + row * 2 * hidden
    copy(floats, from, at.h / 4 + row * hidden, hidden)
    copy(floats, from + hidden, at.c / 4 + row * hidden, hidden)
  }
}

function joinState(floats: Float32Array, at: Places, hidden: number, batch: number): void {
  for (let row = 0; row < batch; row++) {
    const to = at.state / 4 + row * 2 * hidden
    copy(floats, at.h / 4 + row * hidden, to, hidden)
    copy(floats, at.c / 4 + row * hidden, to + hidden, hidden)
  }
}

function copy(floats: Float32Array, from: number, to: number, length: number): void {
  floats.copyWithin(to, from, from + length)
}
