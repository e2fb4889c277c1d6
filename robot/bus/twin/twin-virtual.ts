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
  const bus = new ServoBus({ ...options, send: (bytes) => void device.write(bytes) })
  device.onReceive((bytes) => {
    bus.setHostBaud(host.baudBps)
    bus.receive(bytes)
  })
  await device.open()
  return { bus, transport: host }
}
