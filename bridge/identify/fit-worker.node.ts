import { parentPort } from 'node:worker_threads'
import { fitServo } from '../../robot/identification/fit-servo.ts'
import type { FitTask } from './fit-pool.node.ts'

/** One thread of `FitPool`: a fit for each message. */
parentPort!.on('message', ({ problem, options }: FitTask) => {
  parentPort!.postMessage(fitServo(problem, options))
})
