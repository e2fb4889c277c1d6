import { modelOf } from '../../protocols/dynamixel/control-table.ts'
import type { Register } from '../../protocols/register.ts'

const TABLE = modelOf('xl330-m288').table
const register = (name: string): Register => TABLE.find(name)

/** The registers that the emulated firmware uses and that all X models have at the same place. */
export const REG = {
  FIRMWARE: register('Firmware_Version'),
  ID: register('ID'),
  BAUD: register('Baud_Rate'),
  RETURN_DELAY: register('Return_Delay_Time'),
  DRIVE_MODE: register('Drive_Mode'),
  MODE: register('Operating_Mode'),
  SECONDARY_ID: register('Secondary_ID'),
  OFFSET: register('Homing_Offset'),
  MOVING_THRESHOLD: register('Moving_Threshold'),
  MAX_TEMPERATURE: register('Temperature_Limit'),
  MAX_VOLTAGE: register('Max_Voltage_Limit'),
  MIN_VOLTAGE: register('Min_Voltage_Limit'),
  PWM_LIMIT: register('PWM_Limit'),
  VELOCITY_LIMIT: register('Velocity_Limit'),
  MAX_POSITION: register('Max_Position_Limit'),
  MIN_POSITION: register('Min_Position_Limit'),
  STARTUP: register('Startup_Configuration'),
  SHUTDOWN: register('Shutdown'),
  TORQUE: register('Torque_Enable'),
  RETURN_LEVEL: register('Status_Return_Level'),
  REGISTERED: register('Registered_Instruction'),
  HARDWARE_ERROR: register('Hardware_Error_Status'),
  VELOCITY_I: register('Velocity_I_Gain'),
  VELOCITY_P: register('Velocity_P_Gain'),
  POSITION_D: register('Position_D_Gain'),
  POSITION_I: register('Position_I_Gain'),
  POSITION_P: register('Position_P_Gain'),
  FEEDFORWARD_2: register('Feedforward_2nd_Gain'),
  FEEDFORWARD_1: register('Feedforward_1st_Gain'),
  WATCHDOG: register('Bus_Watchdog'),
  GOAL_PWM: register('Goal_PWM'),
  GOAL_VELOCITY: register('Goal_Velocity'),
  PROFILE_ACCELERATION: register('Profile_Acceleration'),
  PROFILE_VELOCITY: register('Profile_Velocity'),
  GOAL_POSITION: register('Goal_Position'),
  TICK: register('Realtime_Tick'),
  MOVING: register('Moving'),
  MOVING_STATUS: register('Moving_Status'),
  PWM: register('Present_PWM'),
  VELOCITY: register('Present_Velocity'),
  POSITION: register('Present_Position'),
  VELOCITY_TRAJECTORY: register('Velocity_Trajectory'),
  POSITION_TRAJECTORY: register('Position_Trajectory'),
  VOLTAGE: register('Present_Input_Voltage'),
  TEMPERATURE: register('Present_Temperature'),
  BACKUP_READY: register('Backup_Ready'),
} as const

/** Gains and profile. */
export const TUNING: readonly Register[] = [
  ...[REG.VELOCITY_I, REG.VELOCITY_P, REG.POSITION_D, REG.POSITION_I, REG.POSITION_P],
  ...[REG.FEEDFORWARD_2, REG.FEEDFORWARD_1, REG.PROFILE_ACCELERATION, REG.PROFILE_VELOCITY],
]

/** Those of models that measure their current. */
export const CURRENT_REG = {
  LIMIT: register('Current_Limit'),
  GOAL: register('Goal_Current'),
  PRESENT: register('Present_Current'),
} as const

/** In its place, of a model that does not. */
export const LOAD_REG = modelOf('xl430-w250').table.find('Present_Load')
