/** The size of text after gzip. */

async function total(stream: ReadableStream<Uint8Array>): Promise<number> {
  const reader = stream.getReader();
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength;
  return bytes;
}

/** Bytes of `text` in UTF-8. */
export function textBytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

/** Bytes of `text` after gzip, as web servers send it. */
export async function gzipBytes(text: string): Promise<number> {
  return total(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')));
}

interface Zlib {
  readonly gzipSync: (text: string) => { readonly byteLength: number };
}

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => Zlib | undefined };
}

/** The same number at once, where the host offers it (Node does, browsers do not); null elsewhere. */
export function gzipBytesNow(text: string): number | null {
  const zlib = (globalThis as Host).process?.getBuiltinModule?.('node:zlib');
  return zlib ? zlib.gzipSync(text).byteLength : null;
}
