import { CodedError } from '../../configs/load/coded-error.ts'

/**
 * What an engine or an environment goes on from: an opaque, plain value. `structuredClone` copies it, a
 * worker can be sent it, and it goes into anything with the same layout, made by the same version.
 */
export interface Snapshot {
  /** In words, what it can be restored into. */
  readonly layout: string
}

/** Throws SIM_SNAPSHOT_INVALID unless a snapshot fits what it is to be restored into. */
export function checkLayout({ layout }: Snapshot, expected: string): void {
  if (layout === expected) return
  throw new CodedError(
    'SIM_SNAPSHOT_INVALID',
    `expected a snapshot of ${expected}; found one of ${layout}`,
    { hint: 'restore it where arm, task, engine and number of arms are the same' },
  )
}
