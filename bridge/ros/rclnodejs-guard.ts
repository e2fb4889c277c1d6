/** A callback from whose native caller no exception may come back; silent once the node is closed. */
export function guarded<Value>(
  isOpen: { readonly value: boolean },
  run: (value: Value) => void,
): (value: Value) => void {
  return (value) => {
    if (!isOpen.value) return
    try {
      run(value)
    } catch (error) {
      setImmediate(() => {
        throw error
      })
    }
  }
}

/** What `run` returns, or `fallback` when it throws; the error surfaces in a turn of its own. */
export function guardedAnswer<Answer>(run: () => Answer, fallback: Answer): Answer {
  try {
    return run()
  } catch (error) {
    setImmediate(() => {
      throw error
    })
    return fallback
  }
}

/**
 * Ends an entity, once, in a turn of its own, since it may be the one whose callback is running; not after its node,
 * which has taken it along.
 */
export function endsLater(isOpen: { readonly value: boolean }, end: () => void): () => void {
  let isClosed = false
  return () => {
    if (isClosed) return
    isClosed = true
    setImmediate(() => {
      if (isOpen.value) end()
    })
  }
}
