/** The process that `chooseBackend` starts for each candidate: times updates and sends the best. */
import type { Measured } from './choose-backend.node.ts'
import { startBackend, type TrainingBackend } from './start-backend.node.ts'
import { type UpdateSizes, UpdateWorkload } from './update-workload.ts'

interface Job {
  readonly name: TrainingBackend
  readonly sizes: UpdateSizes
  readonly seconds: number
}

/** Before it is timed: kernels are compiled and caches filled. */
const WARM_UP_UPDATES = 2

async function measure({ name, sizes, seconds }: Job): Promise<Measured> {
  try {
    const { isSoftware } = await startBackend(name)
    if (isSoftware) return { failure: 'no GPU here, only its emulation' }
    const workload = new UpdateWorkload(sizes)
    for (let i = 0; i < WARM_UP_UPDATES; i++) await workload.step()
    let updateS = Infinity
    const endMs = performance.now() + 1e3 * seconds
    do {
      const beganMs = performance.now()
      await workload.step()
      updateS = Math.min(updateS, (performance.now() - beganMs) / 1e3)
    } while (performance.now() < endMs)
    return { updateS }
  } catch (cause) {
    return { failure: cause instanceof Error ? cause.message : String(cause) }
  }
}

const answer = await measure(JSON.parse(process.argv[2]!) as Job)
process.send!(answer, () => process.exit())
