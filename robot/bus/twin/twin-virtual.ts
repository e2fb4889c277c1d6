import { createMemoryPair, type MemoryTransport } from '../transports/memory-transport.ts'
import { ServoBus, type ServoBusOptions } from './bus.ts'

export interface VirtualTwin {
  readonly bus: ServoBus
  /** What a driver opens; `transport.unplug()` pulls the cable. */
  readonly transport: MemoryTransport
}

/** An emulated bus inside the process, on whatever clock it is given: virtual time for evaluation. */
export async function createVirtualTwin(
  options: Omit<ServoBusOptions, 'send'>,
): Promise<VirtualTwin> {
  const { host, device } = createMemoryPair('twin:')
  // What servos say into a pulled cable is lost.
  const send = (bytes: Uint8Array) => void device.write(bytes).catch(() => {})
  const bus = new ServoBus({ ...options, send })
  device.onReceive((bytes) => {
    bus.setHostBaud(host.baudBps)
    bus.receive(bytes)
  })
  await device.open()
  return { bus, transport: host }
}
