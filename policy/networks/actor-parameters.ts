/**
 * The recurrent actor, as plain arrays: what training writes, the policy file stores and the runtime runs.
 *
 *   x = clip((observation - mean) / std, ±clip)
 *   f = relu(x · embedW + embedB)                       [embed]
 *   h, c = LSTM(f; h, c)                                [hidden]   gates in order i, f, g, o
 *   u = elu([f, h] · headW + headB)                     [head]
 *   action mean = u · outW + outB                       [action]
 *
 * Matrices are row-major [inputs, outputs]; LSTM weights [inputs, 4·hidden], one bias.
 */
export interface ActorShape {
  readonly observation: number
  readonly embed: number
  readonly hidden: number
  readonly head: number
  readonly action: number
}

export const ACTOR_TENSORS = [
  'normMean',
  'normStd',
  'embedW',
  'embedB',
  'lstmWx',
  'lstmWh',
  'lstmB',
  'headW',
  'headB',
  'outW',
  'outB',
] as const

export type ActorTensorName = (typeof ACTOR_TENSORS)[number]

export interface ActorParameters {
  readonly shape: ActorShape
  /** Normalised observations are clipped to ± this. */
  readonly normClip: number
  readonly tensors: Readonly<Record<ActorTensorName, Float32Array>>
}

/** Shape of each tensor, row-major. */
export function actorTensorShapes(s: ActorShape): Record<ActorTensorName, readonly number[]> {
  return {
    normMean: [s.observation],
    normStd: [s.observation],
    embedW: [s.observation, s.embed],
    embedB: [s.embed],
    lstmWx: [s.embed, 4 * s.hidden],
    lstmWh: [s.hidden, 4 * s.hidden],
    lstmB: [4 * s.hidden],
    headW: [s.embed + s.hidden, s.head],
    headB: [s.head],
    outW: [s.head, s.action],
    outB: [s.action],
  }
}
