/**
 * Whether a request may see the viewer. A page of another site must not: its name could be made to point
 * at this machine (DNS rebinding), so names other than this machine's are refused. Addresses cannot be
 * rebound. A WebSocket must come from our own page; programs send no origin.
 */
export function isAllowedRequest(
  headers: { readonly host: string | undefined; readonly origin: string | undefined },
  ownNames: readonly string[],
): boolean {
  const host = hostName(`http://${headers.host ?? ''}`)
  if (host === undefined) return false
  if (!isAddress(host) && !isLocalhost(host) && !ownNames.includes(host)) return false
  if (headers.origin === undefined) return true
  return URL.canParse(headers.origin) && new URL(headers.origin).host === hostAndPort(headers.host!)
}

function hostName(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}

function hostAndPort(host: string): string {
  return new URL(`http://${host}`).host
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host.startsWith('[')
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}
