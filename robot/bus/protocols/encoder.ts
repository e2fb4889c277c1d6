/** Steps of a servo's encoder in one turn; the same for Feetech's STS and Dynamixel's X series. */
export const STEPS_PER_TURN = 4096
export const RAD_PER_STEP = (2 * Math.PI) / STEPS_PER_TURN
