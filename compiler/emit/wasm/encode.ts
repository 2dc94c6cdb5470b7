/** Bytes under construction, in the number encodings of the WebAssembly binary format (specification, 5.2). */
export class ByteWriter {
  private buffer: Uint8Array<ArrayBuffer> = new Uint8Array(128);
  private view: DataView = new DataView(this.buffer.buffer);
  private used = 0;
  private readonly marked: number[] = [];

  byte(value: number): this {
    const at = this.reserve(1);
    this.buffer[at] = value;
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    const at = this.reserve(values.length);
    this.buffer.set(values, at);
    return this;
  }

  /** Remembers the place of the next byte, wherever it comes to lie. */
  mark(): this {
    this.marked.push(this.used);
    return this;
  }

  /** The places that were marked, from the start of what has been written. */
  get marks(): readonly number[] {
    return this.marked;
  }

  /** Appends what another writer has written, and its marks. */
  append(other: ByteWriter): this {
    for (const mark of other.marked) this.marked.push(this.used + mark);
    return this.bytes(other.finish());
  }

  /** Unsigned LEB128 of an integer in [0, 2^32). */
  u32(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
      throw new RangeError(`internal: assembler: ${value} is not an unsigned 32-bit integer`);
    }
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** Signed LEB128 of an integer in [-2^31, 2^32); from 2^31 on it stands for the same 32 bits. */
  s32(value: number): this {
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff) {
      throw new RangeError(`internal: assembler: ${value} is not a 32-bit integer`);
    }
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of an integer in [-2^63, 2^64); from 2^63 on it stands for the same 64 bits. */
  s64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    if (rest !== value && BigInt.asUintN(64, value) !== value) {
      throw new RangeError(`internal: assembler: ${value} is not a 64-bit integer`);
    }
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.byte(Number(rest & 0x7fn));
  }

  /** Four bytes; `value` is rounded to float32. */
  f32(value: number): this {
    const at = this.reserve(4);
    this.view.setFloat32(at, value, true);
    return this;
  }

  f64(value: number): this {
    const at = this.reserve(8);
    this.view.setFloat64(at, value, true);
    return this;
  }

  /** UTF-8 behind its length in bytes. */
  text(value: string): this {
    return this.sized(new TextEncoder().encode(value));
  }

  /** `values` behind their number. */
  sized(values: ArrayLike<number> | ByteWriter): this {
    if (values instanceof ByteWriter) return this.u32(values.used).append(values);
    return this.u32(values.length).bytes(values);
  }

  /** A vector: the number of items, then each of them. */
  vector<Item>(items: readonly Item[], write: (item: Item, writer: this) => void): this {
    this.u32(items.length);
    for (const item of items) write(item, this);
    return this;
  }

  /** A copy of what has been written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.used);
  }

  /** Makes room for `count` bytes and returns where they begin; replaces `buffer` and `view` as they grow. */
  private reserve(count: number): number {
    const at = this.used;
    this.used += count;
    if (this.used > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.used, 2 * this.buffer.length));
      grown.set(this.buffer);
      this.buffer = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
}
