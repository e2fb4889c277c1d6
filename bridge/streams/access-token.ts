import { randomBytes } from 'node:crypto'

/** Addresses that only programs of this machine reach. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** One that nobody guesses. */
function newToken(): string {
  return randomBytes(12).toString('base64url')
}

/**
 * The token that a server asks its clients for: `given`, or where a network can reach it one of its own;
 * undefined asks for none, as `none` does.
 */
export function accessToken(host: string, given: string | undefined): string | undefined {
  return given === undefined && LOOPBACK.test(host) ? undefined : orderToken(given)
}

/** The token for orders, which take one on this machine too: `given`, or one of its own; undefined, as for `none`. */
export function orderToken(given: string | undefined): string | undefined {
  return given === 'none' ? undefined : (given ?? newToken())
}
