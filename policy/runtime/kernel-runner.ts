import {
  ACTIVATION,
  instantiateKernels,
  type KernelExports,
  type KernelOptions,
} from '../kernels/load-kernels.ts'
import { createMemory, WASM_PAGE_BYTES } from '../kernels/web-assembly.ts'
import {
  type ActorParameters,
  type ActorShape,
  type ActorTensorName,
  actorTensorNames,
  actorTensorShapes,
  inputSize,
  memoryOf,
  stateSize,
} from '../networks/actor-parameters.ts'
import { checkActorParameters, checkSameShape } from '../networks/check-actor-parameters.ts'
import type { ActorRunner } from './actor-runner.ts'
import { joinHistory, normaliseRow } from './actor-step.ts'

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
  const meanView = view('mean', batch * shape.action)
  const program = createProgram({ kernels, at, shape, batch, floats })
  const width = inputSize(shape)
  const size = stateSize(shape)
  const isHistory = memoryOf(shape) === 'history'
  let parameters = initial

  const load = (next: ActorParameters): void => {
    checkSameShape(initial, next)
    parameters = structuredClone(next)
    for (const name of actorTensorNames(shape)) {
      const values = next.tensors[name]!
      view(name, values.length).set(values)
    }
  }
  load(initial)

  return {
    batch,
    stateSize: size,
    load,
    step(observation, state, outMean) {
      for (let row = 0; row < batch; row++) {
        const offset = at.normalised / 4 + row * width
        normaliseRow(parameters, observation, row, floats, offset)
        if (isHistory) joinHistory(shape, state, row * size, floats, offset)
      }
      program.run(state)
      outMean.set(meanView)
    },
  }
}

const WORK_ARRAYS = [
  'normalised',
  'embedding',
  'memory',
  'cell',
  'ones',
  'features',
  'headOut',
  'mean',
  'scratch',
] as const

type WorkName = (typeof WORK_ARRAYS)[number]
type ArrayName = ActorTensorName | WorkName
/** Byte offset of each array, a multiple of 16; `scratch` comes last. Only its kind's tensors have one. */
type Places = Readonly<Record<ArrayName, number>>

function placeArrays(s: ActorShape, batch: number): { at: Places; bytes: number } {
  const shapes = actorTensorShapes(s)
  const work: Record<WorkName, number> = {
    normalised: batch * inputSize(s),
    embedding: batch * s.embed,
    memory: batch * s.hidden,
    cell: batch * s.hidden,
    ones: batch,
    features: batch * (s.embed + s.hidden),
    headOut: batch * s.head,
    mean: batch * s.action,
    scratch: 0,
  }
  const at: Partial<Record<ArrayName, number>> = {}
  let bytes = 0
  const place = (name: ArrayName, length: number) => {
    at[name] = bytes
    bytes = Math.ceil((bytes + 4 * length) / 16) * 16
  }
  for (const name of actorTensorNames(s)) {
    const length = shapes[name]!.reduce((a, b) => a * b, 1)
    place(name, length)
  }
  for (const name of WORK_ARRAYS) place(name, work[name])
  return { at: at as Places, bytes }
}

function scratchBytes(kernels: KernelExports, s: ActorShape, batch: number): number {
  const { embed, hidden, head, action } = s
  return Math.max(
    kernels.denseScratchBytes(batch, inputSize(s), embed),
    kernels.lstmStepScratchBytes(batch, embed, hidden),
    gruTapeOffset(kernels, s, batch) + kernels.gruTapeBytes(1, batch, hidden),
    kernels.denseScratchBytes(batch, embed, hidden),
    kernels.denseScratchBytes(batch, embed + hidden, head),
    kernels.denseScratchBytes(batch, head, action),
  )
}

/** The tape of a GRU's step, which nobody reads, lies behind its scratch. */
function gruTapeOffset(kernels: KernelExports, { embed, hidden }: ActorShape, batch: number) {
  return Math.ceil(kernels.gruForwardScratchBytes(batch, embed, hidden) / 16) * 16
}

interface ProgramParts {
  readonly kernels: KernelExports
  readonly at: Places
  readonly shape: ActorShape
  readonly batch: number
  /** The whole memory. */
  readonly floats: Float32Array
}

/** From normalised inputs to action means; updates `state` [batch, stateSize]. */
interface Program {
  run(state: Float32Array): void
}

function createProgram(parts: ProgramParts): Program {
  const { kernels, at, shape, batch, floats } = parts
  const { embed, hidden, head, action } = shape
  const numInputs = inputSize(shape)
  const { relu, elu, linear } = ACTIVATION
  const { dense } = kernels
  const { scratch } = at
  const memory = createMemoryStep(parts)
  const width = embed + hidden
  return {
    run(state) {
      const { normalised, embedding, embedW, embedB } = at
      dense(normalised, embedW, embedB, embedding, batch, numInputs, embed, relu, scratch)
      memory.run(state)
      for (let row = 0; row < batch; row++) {
        const to = at.features / 4 + row * width
        copy(floats, embedding / 4 + row * embed, to, embed)
        copy(floats, at.memory / 4 + row * hidden, to + embed, hidden)
      }
      dense(at.features, at.headW, at.headB, at.headOut, batch, width, head, elu, scratch)
      dense(at.headOut, at.outW, at.outB, at.mean, batch, head, action, linear, scratch)
    },
  }
}

/** From the embedding to what is remembered. */
function createMemoryStep({ kernels, at, shape, batch, floats }: ProgramParts): Program {
  const { embed, hidden } = shape
  const { embedding, memory, cell, ones, scratch } = at
  const length = batch * hidden
  const h = floats.subarray(memory / 4, memory / 4 + length)
  switch (memoryOf(shape)) {
    case 'lstm': {
      const c = floats.subarray(cell / 4, cell / 4 + length)
      const { lstmWx, lstmWh, lstmB } = at
      const { lstmStep } = kernels
      return {
        run(state) {
          splitState(state, hidden, h, c)
          lstmStep(embedding, memory, cell, lstmWx, lstmWh, lstmB, batch, embed, hidden, scratch)
          joinState(h, c, hidden, state)
        },
      }
    }
    case 'gru': {
      floats.fill(1, ones / 4, ones / 4 + batch)
      const { gruWx, gruWh, gruBx, gruBh } = at
      const { gruForward } = kernels
      const tape = scratch + gruTapeOffset(kernels, shape, batch)
      const before = floats.subarray(cell / 4, cell / 4 + length)
      return {
        run(state) {
          before.set(state)
          // biome-ignore format: sizes, then arguments, results and room
          gruForward(
            1, batch, embed, hidden,
            embedding, cell, ones, gruWx, gruWh, gruBx, gruBh,
            memory, tape, scratch,
          )
          state.set(h)
        },
      }
    }
    case 'none':
    case 'history': {
      const { memoryW, memoryB } = at
      const { dense } = kernels
      const { elu } = ACTIVATION
      return {
        run() {
          dense(embedding, memoryW, memoryB, memory, batch, embed, hidden, elu, scratch)
        },
      }
    }
  }
}

/** Rows of h, c become h rows and c rows. */
function splitState(state: Float32Array, hidden: number, h: Float32Array, c: Float32Array): void {
  for (let k = 0, from = 0; k < h.length; k += hidden, from += 2 * hidden) {
    for (let j = 0; j < hidden; j++) {
      h[k + j] = state[from + j]!
      c[k + j] = state[from + hidden + j]!
    }
  }
}

function joinState(h: Float32Array, c: Float32Array, hidden: number, state: Float32Array): void {
  for (let k = 0, to = 0; k < h.length; k += hidden, to += 2 * hidden) {
    for (let j = 0; j < hidden; j++) {
      state[to + j] = h[k + j]!
      state[to + hidden + j] = c[k + j]!
    }
  }
}

function copy(floats: Float32Array, from: number, to: number, length: number): void {
  floats.copyWithin(to, from, from + length)
}
