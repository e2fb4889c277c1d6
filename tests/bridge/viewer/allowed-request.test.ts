import { describe, expect, it } from 'vitest'
import { isAllowedRequest } from '../../../bridge/viewer/allowed-request.ts'

const allowed = (host: string | undefined, origin?: string) =>
  isAllowedRequest({ host, origin }, ['workbench'])

describe('isAllowedRequest', () => {
  it('lets in addresses, localhost and the names of this machine', () => {
    for (const host of [
      '127.0.0.1:8080',
      '[::1]:8080',
      'localhost:8080',
      '192.168.1.7:80',
      'workbench',
    ]) {
      expect(allowed(host), host).toBe(true)
    }
  })

  it('refuses a name that somebody else may point at this machine', () => {
    for (const host of [
      'evil.example:8080',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '',
    ]) {
      expect(allowed(host), host).toBe(false)
    }
    expect(allowed(undefined)).toBe(false)
  })

  it('refuses pages of another origin, the same machine on another port included', () => {
    expect(allowed('127.0.0.1:8080', 'http://127.0.0.1:8080')).toBe(true)
    expect(allowed('127.0.0.1:8080', 'https://evil.example')).toBe(false)
    expect(allowed('127.0.0.1:8080', 'http://127.0.0.1:3000')).toBe(false)
    expect(allowed('127.0.0.1:8080', 'null')).toBe(false)
  })
})
