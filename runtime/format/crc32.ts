/** CRC-32 as gzip, zip and PNG have it (polynomial 0xEDB88320, reflected). */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** The checksum of `bytes` behind those whose checksum is `before`: `crc32(b, crc32(a))` is that of a and b. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let state = ~before;
  for (let i = 0; i < bytes.length; i++)
    state = (table[(state ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (state >>> 8);
  return ~state >>> 0;
}
