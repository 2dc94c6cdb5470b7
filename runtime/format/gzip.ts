/** Inflating gzip in a stream that stops as soon as more comes out than was promised. */
import { runtimeError } from '../errors.ts';
import { described, printable } from '../text.ts';
import { checkLimit, damaged } from './tensor.ts';

export interface GzipOptions {
  /** What errors call the file; default `gzip`. */
  readonly name?: string;
  /** More inflated bytes are refused; default 2^31. */
  readonly maxBytes?: number;
  /** The size that the content promises in its first bytes; undefined while they are too few to say. */
  readonly total?: (head: Uint8Array) => number | undefined;
}

/** Whether a file that starts with `head` is gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** The inflated bytes of a whole gzip file. Damage and a size other than the promised one are errors. */
export async function gunzip(
  source: Uint8Array<ArrayBuffer> | Blob | ReadableStream<BufferSource>,
  { name = 'gzip', maxBytes = 2 ** 31, total }: GzipOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = source instanceof ReadableStream ? source : new Blob([source]).stream();
  const reader = compressed.pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let promised: number | undefined;
  try {
    for (let chunk = await next(reader, name); chunk; chunk = await next(reader, name)) {
      chunks.push(chunk);
      length += chunk.length;
      promised ??= total?.(joined(chunks, length));
      if (promised !== undefined && length > promised) {
        throw damaged(name, 'the content goes on', promised, 'its end');
      }
      checkLimit(name, 'the number of inflated bytes', length, maxBytes, 'maxBytes');
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return joined(chunks, length);
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  name: string,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : described(cause);
    throw runtimeError('E-FILE-GZIP', { file: printable(name), problem: printable(problem) }, { cause });
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
