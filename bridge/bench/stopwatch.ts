/** Two clocks: machines are shared, so what others take shows in the one and not in the other. */
export interface Stopwatch {
  /** Monotonic [s]. */
  wallS(): number
  /** Processor time that this process has used, all its threads together [s]. */
  cpuS(): number
}

/** One entry per repeat [s]. */
export interface RunTimes {
  readonly wallS: readonly number[]
  readonly cpuS: readonly number[]
}

/** Times `run` by both clocks, `repeats` times. */
export function timeRuns(stopwatch: Stopwatch, repeats: number, run: () => unknown): RunTimes {
  const wallS: number[] = []
  const cpuS: number[] = []
  for (let i = 0; i < repeats; i++) {
    const beginCpuS = stopwatch.cpuS()
    const beginWallS = stopwatch.wallS()
    run()
    wallS.push(stopwatch.wallS() - beginWallS)
    cpuS.push(stopwatch.cpuS() - beginCpuS)
  }
  return { wallS, cpuS }
}

/** {@link timeRuns} of work that is waited for. */
export async function timeAsyncRuns(
  stopwatch: Stopwatch,
  repeats: number,
  run: () => Promise<unknown>,
): Promise<RunTimes> {
  const wallS: number[] = []
  const cpuS: number[] = []
  for (let i = 0; i < repeats; i++) {
    const beginCpuS = stopwatch.cpuS()
    const beginWallS = stopwatch.wallS()
    await run()
    wallS.push(stopwatch.wallS() - beginWallS)
    cpuS.push(stopwatch.cpuS() - beginCpuS)
  }
  return { wallS, cpuS }
}

/** Runs until `seconds` of processor time are used: WebAssembly is three times slower when cold. */
export function warmUp(stopwatch: Stopwatch, seconds: number, run: () => unknown): void {
  const endS = stopwatch.cpuS() + seconds
  do run()
  while (stopwatch.cpuS() < endS)
}
