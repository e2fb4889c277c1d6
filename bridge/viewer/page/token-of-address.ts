/** The token that the address shows (`#token=…`); empty where it shows none. */
export function tokenOfAddress(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? ''
}
