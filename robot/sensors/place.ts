/** A pose in a frame: position [3] [m], quaternion [4] x, y, z, w. */
export interface Place {
  readonly position: ArrayLike<number>
  readonly quaternion: ArrayLike<number>
}
