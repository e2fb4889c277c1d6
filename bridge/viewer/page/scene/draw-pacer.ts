/** Faster than this, drawing does not disturb anybody [ms]. */
const QUICK_MS = 12

/**
 * Keeps a slow renderer from falling behind and from taking the processor away from others (the control
 * loop may run on this machine): the next picture waits until the last one is done, and then some.
 */
export class DrawPacer {
  /** Of the time, that drawing may take where it is slow (software rendering). */
  busyShare = 0.4
  private fence: WebGLSync | null = null
  private beganMs = 0
  private readyMs = 0

  /** After drawing commands were given. */
  begin(gl: WebGL2RenderingContext, nowMs: number): void {
    this.fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    gl.flush()
    this.beganMs = nowMs
  }

  isReady(gl: WebGL2RenderingContext, nowMs: number): boolean {
    if (this.fence !== null) {
      if (gl.getSyncParameter(this.fence, gl.SYNC_STATUS) !== gl.SIGNALED) return false
      gl.deleteSync(this.fence)
      this.fence = null
      const tookMs = nowMs - this.beganMs
      const isQuick = tookMs < 2 * QUICK_MS
      this.readyMs = isQuick ? nowMs : nowMs + tookMs * (1 / this.busyShare - 1)
    }
    return nowMs >= this.readyMs
  }
}
