import { randomBytes } from 'node:crypto'

/** Addresses that only programs of this machine reach. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** One that nobody guesses. */
export function newToken(): string {
  return randomBytes(12).toString('base64url')
}

/**
 * The token that a server asks its clients for: `given`, or where a network can reach it one of its own;
 * undefined asks for none, as `none` does.
 */
export function accessToken(host: string, given: string | undefined): string | undefined {
  if (given === 'none') return undefined
  if (given !== undefined) return given
  return LOOPBACK.test(host) ? undefined : newToken()
}
