export {
  createMemoryPair,
  type MemoryTransport,
} from '../../robot/bus/transports/memory-transport.ts'
export { VirtualClock } from '../../robot/model/virtual-clock.ts'
export { type PlayedEpisode, type PlayTaskOptions, playTask } from './play-task.ts'
