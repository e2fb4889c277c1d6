import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RoughClientsStart } from './rough-client-process.node.ts'

/** Clients of a server that want the worst, in a process of their own. */
export interface RoughClients {
  stop(): Promise<void>
}

/** Lets them loose on a Foxglove server: some read nothing, some send nonsense, megabytes or broken frames. */
export async function startRoughClients(start: RoughClientsStart): Promise<RoughClients> {
  const program = fileURLToPath(new URL('./rough-client-process.node.js', import.meta.url))
  const child = fork(program, [JSON.stringify(start)], { stdio: 'ignore', execArgv: [] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    child.once('exit', () => reject(new Error('the clients ended')))
  })
  return {
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
