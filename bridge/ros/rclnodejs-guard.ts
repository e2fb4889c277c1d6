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
