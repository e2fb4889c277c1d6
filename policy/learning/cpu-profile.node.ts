import { Session } from 'node:inspector/promises'

/** Samples this thread. @returns ends it and gives the profile as the text of a `.cpuprofile` file */
export async function startCpuProfile(): Promise<() => Promise<string>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    return JSON.stringify(profile)
  }
}
