import type { Knob, KnobValues } from '../../demo-knobs.ts'
import type { RunEpisode, RunScene, RunState } from '../../frames.ts'

/** What page and simulation say to each other; the simulation is a worker. */
export type ToDemo =
  /** The first one, and the first one only: whose bytes are run. */
  | { readonly kind: 'start'; readonly policy: Uint8Array }
  | { readonly kind: 'turn'; readonly values: KnobValues }
  /** The object is in somebody's hand, over this place: time stands still. */
  | { readonly kind: 'carry'; readonly x: number; readonly y: number }
  | { readonly kind: 'letGo' }
  | { readonly kind: 'moveGoal'; readonly x: number; readonly y: number }
  | { readonly kind: 'nextEpisode' }
  | { readonly kind: 'pause'; readonly isPaused: boolean }

export type FromDemo =
  | {
      readonly kind: 'ready'
      readonly scene: RunScene
      readonly knobs: readonly Knob[]
      /** 0 of a policy without a recurrent layer. */
      readonly numUnits: number
    }
  /** `memory`: the recurrent layer's output h [numUnits], -1..1. */
  | { readonly kind: 'state'; readonly state: RunState; readonly memory: Float32Array }
  | { readonly kind: 'episode'; readonly episode: RunEpisode }
  | { readonly kind: 'failed'; readonly text: string }
