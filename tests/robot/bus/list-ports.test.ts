import { readdirSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { listPorts } from '../../../robot/bus/transports/serial-transport.node.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it.runIf(process.platform === 'linux')('lists USB adapters where udevadm is missing', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const adapters = readdirSync('/dev').filter((name) => /^tty(USB|ACM)\d+$/.test(name))
  expect(await listPorts()).toEqual(adapters.map((name) => `/dev/${name}`))
})

it('lists ports without an error on this machine', async () => {
  for (const path of await listPorts()) expect(path).toMatch(/^(\/dev\/|COM)/)
})
