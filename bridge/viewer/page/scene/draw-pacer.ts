/** Faster than this, drawing does not disturb anybody [ms]. */
const QUICK_MS = 24
/** How often it is looked whether a picture is done [ms]. */
const LOOK_MS = 4

/**
 * Keeps a slow renderer from falling behind and from taking the processor away from others (the control
 * loop may run on this machine): the next picture waits until the last one is done, and then some.
 */
export class DrawPacer {
  /** Of the time, that drawing may take where it is slow (software rendering). */
  busyShare = 0.6
  private isDrawing = false
  private readyMs = 0

  /** After drawing commands were given. */
  begin(gl: WebGL2RenderingContext): void {
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    gl.flush()
    if (fence === null) return
    const beganMs = performance.now()
    this.isDrawing = true
    // Looked for at once: the next picture may be asked for long after this one is done.
    const look = () => {
      // Signaled also where the context was lost.
      if (gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.UNSIGNALED) {
        setTimeout(look, LOOK_MS)
        return
      }
      gl.deleteSync(fence)
      const nowMs = performance.now()
      const tookMs = nowMs - beganMs
      this.isDrawing = false
      this.readyMs = tookMs < QUICK_MS ? nowMs : nowMs + tookMs * (1 / this.busyShare - 1)
    }
    setTimeout(look, LOOK_MS)
  }

  isReady(): boolean {
    return !this.isDrawing && performance.now() >= this.readyMs
  }
}
