/**
 * The actor, as plain arrays: what training writes, the policy file stores and the runtime runs.
 *
 *   x = clip((observation - mean) / std, ±clip)
 *   f = relu(x · embedW + embedB)                       [embed]
 *   m = what it remembers of f                          [hidden]
 *   u = elu([f, m] · headW + headB)                     [head]
 *   action mean = u · outW + outB                       [action]
 *
 * Kinds of memory, and the recurrent state of each, zeros at the start of an episode:
 *
 *   lstm     h, c = LSTM(f; h, c), m = h                2·hidden: h, c      gates in order i, f, g, o
 *   gru      h = GRU(f; h), m = h                       hidden: h           gates in order r, z, n
 *   none     m = elu(f · memoryW + memoryB)             nothing
 *   history  as none, but f sees x of the last `frames` steps, the newest first; those before an
 *            episode are zeros                          (frames - 1)·observation: the earlier x
 *
 * Matrices are row-major [inputs, outputs]; LSTM weights [inputs, 4·hidden], one bias; GRU weights
 * [inputs, 3·hidden], a bias for the input and one for h, as cuDNN and PyTorch have it.
 */
export interface ActorShape {
  readonly observation: number
  readonly embed: number
  readonly hidden: number
  readonly head: number
  readonly action: number
  /** Left out: an LSTM. */
  readonly memory?: Exclude<Memory, 'lstm'>
  /** Only of a history: observations that it sees, the present one included. */
  readonly frames?: number
}

export const MEMORIES = ['lstm', 'gru', 'none', 'history'] as const
export type Memory = (typeof MEMORIES)[number]

/** What a config says of an actor; the rest follows from what it acts on. */
export type ActorNetwork = Omit<ActorShape, 'observation' | 'action'>

/** The shape of an actor on these inputs and outputs, its keys in the order of `ActorShape`. */
export function actorShape(
  { embed, hidden, head, memory, frames }: ActorNetwork,
  { observation, action }: Pick<ActorShape, 'observation' | 'action'>,
): ActorShape {
  return {
    observation,
    embed,
    hidden,
    head,
    action,
    ...(memory && { memory }),
    ...(memory === 'history' && frames !== undefined && { frames }),
  }
}

const MEMORY_TENSORS = {
  lstm: ['lstmWx', 'lstmWh', 'lstmB'],
  gru: ['gruWx', 'gruWh', 'gruBx', 'gruBh'],
  none: ['memoryW', 'memoryB'],
  history: ['memoryW', 'memoryB'],
} as const satisfies Record<Memory, readonly string[]>

export type MemoryTensorName = (typeof MEMORY_TENSORS)[Memory][number]

const FIRST_TENSORS = ['normMean', 'normStd', 'embedW', 'embedB'] as const
const LAST_TENSORS = ['headW', 'headB', 'outW', 'outB'] as const

export type CommonTensorName = (typeof FIRST_TENSORS | typeof LAST_TENSORS)[number]
export type ActorTensorName = CommonTensorName | MemoryTensorName

/** One value per tensor that an actor has. */
export type PerTensor<Value> = Readonly<
  Record<CommonTensorName, Value> & Partial<Record<MemoryTensorName, Value>>
>

export interface ActorParameters {
  readonly shape: ActorShape
  /** Normalised observations are clipped to ± this. */
  readonly normClip: number
  readonly tensors: PerTensor<Float32Array>
}

export function memoryOf({ memory }: Pick<ActorShape, 'memory'>): Memory {
  return memory ?? 'lstm'
}

/** Names of the tensors of an actor, in the order in which they are stored. */
export function actorTensorNames(shape: Pick<ActorShape, 'memory'>): readonly ActorTensorName[] {
  return [...FIRST_TENSORS, ...MEMORY_TENSORS[memoryOf(shape)], ...LAST_TENSORS]
}

/** Numbers that the embedding sees: one observation, or those of a history. */
export function inputSize({ observation, frames = 1 }: ActorShape): number {
  return observation * frames
}

/** Numbers of the recurrent state. */
export function stateSize(shape: ActorShape): number {
  switch (memoryOf(shape)) {
    case 'lstm':
      return 2 * shape.hidden
    case 'gru':
      return shape.hidden
    case 'none':
    case 'history':
      return inputSize(shape) - shape.observation
  }
}

/** Units of a recurrent layer, whose output h is where the state begins; none of a network without one. */
export function recurrentUnits(shape: Pick<ActorShape, 'hidden' | 'memory'>): number {
  const memory = memoryOf(shape)
  return memory === 'lstm' || memory === 'gru' ? shape.hidden : 0
}

/** Shape of each tensor, row-major. */
export function actorTensorShapes(s: ActorShape): PerTensor<readonly number[]> {
  return {
    normMean: [s.observation],
    normStd: [s.observation],
    embedW: [inputSize(s), s.embed],
    embedB: [s.embed],
    ...memoryShapes(s),
    headW: [s.embed + s.hidden, s.head],
    headB: [s.head],
    outW: [s.head, s.action],
    outB: [s.action],
  }
}

function memoryShapes(s: ActorShape): Partial<Record<MemoryTensorName, readonly number[]>> {
  const { embed, hidden } = s
  switch (memoryOf(s)) {
    case 'lstm':
      return { lstmWx: [embed, 4 * hidden], lstmWh: [hidden, 4 * hidden], lstmB: [4 * hidden] }
    case 'gru':
      return {
        gruWx: [embed, 3 * hidden],
        gruWh: [hidden, 3 * hidden],
        gruBx: [3 * hidden],
        gruBh: [3 * hidden],
      }
    case 'none':
    case 'history':
      return { memoryW: [embed, hidden], memoryB: [hidden] }
  }
}
