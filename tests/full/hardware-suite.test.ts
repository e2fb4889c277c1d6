import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeNominalCalibration } from '../e2e/nominal-calibration-file.ts'
import { endPrograms, run, watch } from '../e2e/sim2arm-process.ts'
import { startTwin, type TwinProcess } from '../e2e/twin-process.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'sim2arm-hardware-'))
afterAll(async () => {
  await endPrograms()
  rmSync(folder, { recursive: true })
})

const suite = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  watch(
    spawn(process.execPath, ['tests/hardware/run.mjs', ...args], {
      // Vitest has its workers print in colour.
      ...{ cwd: ROOT, env: { ...process.env, NO_COLOR: '1', ...env } },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  )

/** The suite wants an arm that lies in its park pose; an emulated one begins above the table. */
async function park({ port, stream }: TwinProcess, calibration: string): Promise<void> {
  const arm = ['--port', port, '--calibration', calibration]
  const sensor = ['--sensor', `object=rosbridge://${stream}/object/pose`, '--goal', '0.25,0.05']
  const program = await run('deploy', 'scripted', ...arm, ...sensor, '--episodes', '1', '--park')
  expect(await program.ended, program.stderr).toBe(0)
}

describe('npm run test:hardware', () => {
  it('passes on the emulated arm, over its serial device', async () => {
    const calibration = join(folder, 'arm.yaml')
    writeNominalCalibration(calibration)
    const twin = await startTwin()
    await park(twin, calibration)
    const program = suite({ ARM_PORT: twin.port, ARM_CALIBRATION: calibration }, '--yes')
    expect(await program.ended, program.stdout + program.stderr).toBe(0)
    expect(program.stdout).toMatch(/Tests +6 passed/)
    twin.close()
  })

  it('does not start without a port, or without a yes', async () => {
    expect(await suite({}).ended).toBe(2)
    const asked = suite({ ARM_PORT: '/dev/null', ARM_CALIBRATION: 'none' })
    asked.child.stdin!.end('no\n')
    expect(await asked.ended).toBe(2)
    expect(asked.stderr).toMatch(/Type yes to start/)
  })
})
