/** What `eval` draws from. Never a training or selection seed: its draws are held out. */
export const HELD_OUT_SEED = 777_001
