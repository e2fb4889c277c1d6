/** A pipe of bytes. No framing, no retries; protocols stand above it. */
export interface Transport {
  readonly path: string
  open(signal?: AbortSignal): Promise<void>
  /** Hands bytes to the wire; resolves when they are accepted. Rejects with ROBOT_PORT_LOST after a disconnect. */
  write(bytes: Uint8Array): Promise<void>
  /** Called with every chunk received; one listener. */
  onReceive(listener: (bytes: Uint8Array) => void): void
  /** Called once when the other side goes away. */
  onClose(listener: (reason: Error | undefined) => void): void
  setBaud(baudBps: number): Promise<void>
  close(): Promise<void>
}
