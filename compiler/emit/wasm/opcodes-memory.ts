/** Instructions that read or write memory at an address from the stack: stack effect, opcode, bytes accessed. */
export const memoryOpcodes = {
  // scalar loads
  'i32.load': ['i32 -> i32', [0x28], 4],
  'i64.load': ['i32 -> i64', [0x29], 8],
  'f32.load': ['i32 -> f32', [0x2a], 4],
  'f64.load': ['i32 -> f64', [0x2b], 8],
  'i32.load8_s': ['i32 -> i32', [0x2c], 1],
  'i32.load8_u': ['i32 -> i32', [0x2d], 1],
  'i32.load16_s': ['i32 -> i32', [0x2e], 2],
  'i32.load16_u': ['i32 -> i32', [0x2f], 2],
  'i64.load32_s': ['i32 -> i64', [0x34], 4],
  'i64.load32_u': ['i32 -> i64', [0x35], 4],
  // scalar stores
  'i32.store': ['i32 i32 ->', [0x36], 4],
  'i64.store': ['i32 i64 ->', [0x37], 8],
  'f32.store': ['i32 f32 ->', [0x38], 4],
  'f64.store': ['i32 f64 ->', [0x39], 8],
  'i32.store8': ['i32 i32 ->', [0x3a], 1],
  'i32.store16': ['i32 i32 ->', [0x3b], 2],
  'i64.store32': ['i32 i64 ->', [0x3e], 4],
  // vectors
  'v128.load': ['i32 -> v128', [0xfd, 0x00], 16],
  'v128.load32_splat': ['i32 -> v128', [0xfd, 0x09], 4],
  'v128.load64_splat': ['i32 -> v128', [0xfd, 0x0a], 8],
  'v128.load32_zero': ['i32 -> v128', [0xfd, 0x5c], 4],
  'v128.load64_zero': ['i32 -> v128', [0xfd, 0x5d], 8],
  'v128.store': ['i32 v128 ->', [0xfd, 0x0b], 16],
} as const;

/** The same for one lane of a vector. */
export const memoryLaneOpcodes = {
  'v128.load32_lane': ['i32 v128 -> v128', [0xfd, 0x56], 4],
  'v128.load64_lane': ['i32 v128 -> v128', [0xfd, 0x57], 8],
  'v128.store32_lane': ['i32 v128 ->', [0xfd, 0x5a], 4],
  'v128.store64_lane': ['i32 v128 ->', [0xfd, 0x5b], 8],
} as const;
