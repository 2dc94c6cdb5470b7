/**
 * Relaxed SIMD where the engine has it. A module is written without: its products that are added at once are marked,
 * and three bytes at each mark become those of one multiply-add behind nops; marked zeros become ones. So one module serves all engines.
 */
import { ModuleBuilder } from './assembler.ts';

/** What becomes of the instruction at a mark, by its second byte. A product gives way to the sum behind it. */
const replacements: ReadonlyMap<number, readonly number[]> = new Map([
  [0xe6, [0x01, 0x01, 0x01]], // f32x4.mul: nops
  [0xf2, [0x01, 0x01, 0x01]], // f64x2.mul
  [0xe4, [0xfd, 0x85, 0x02]], // f32x4.add: f32x4.relaxed_madd
  [0xf0, [0xfd, 0x87, 0x02]], // f64x2.add: f64x2.relaxed_madd
  [0x00, [0x41, 0x01]], // i32.const 0: 1, which chooses the form that suits multiply-adds
]);

/** A module with a multiply-add, which engines without relaxed SIMD refuse. */
export function probe(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const f = module.func('probe', ['v128'], ['v128']);
  for (let i = 0; i < 3; i++) f.localGet(f.params[0]);
  f.op('f32x4.relaxed_madd');
  return module.build();
}

/** Whether this engine has relaxed SIMD. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(probe());

/** The module with a multiply-add for each pair of `sites`. */
export function fused(bytes: Uint8Array<ArrayBuffer>, sites: readonly number[]): Uint8Array<ArrayBuffer> {
  const result = bytes.slice();
  for (const site of sites) result.set(replacements.get(result[site + 1] ?? 0) ?? [], site);
  return result;
}

/** Sites as text: each so many bytes behind the one before it. */
const distances = (sites: readonly number[]): string =>
  sites.map((site, i) => site - (sites[i - 1] ?? 0)).join(' ');

/** JavaScript that does the same to `bytes`, and says in `relaxedSimd` whether it did. */
export function fusionSource(sites: readonly number[]): string {
  const table = [...replacements].map(([code, by]) => `[${code}, [${by.join(', ')}]]`);
  return `// Where the engine has relaxed SIMD, a product and the sum behind it become one instruction and nops.
const relaxedSimd = WebAssembly.validate(Uint8Array.of(${probe().join(', ')}));
const replacements = new Map([${table.join(', ')}]);
let site = 0;
for (const distance of relaxedSimd ? '${distances(sites)}'.split(' ').map(Number) : []) {
  site += distance;
  bytes.set(replacements.get(bytes[site + 1]), site);
}
manifest.relaxedSimd = relaxedSimd;
`;
}
