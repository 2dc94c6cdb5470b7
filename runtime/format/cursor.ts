/** A place in a short text, for the readers of headers. */
import { quoted } from '../text.ts';
import { damaged } from './tensor.ts';

export class Cursor {
  readonly text: string;
  readonly name: string;
  /** Where `text` starts in its file; offsets in errors are exact for ASCII. */
  readonly start: number;
  at = 0;

  constructor(text: string, name: string, start: number) {
    this.text = text;
    this.name = name;
    this.start = start;
  }

  /** The present character; empty at the end. */
  get character(): string {
    return this.text.charAt(this.at);
  }

  /** Skips spaces, tabs and line breaks. */
  skipSpace(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.character)) this.at++;
  }

  /** Skips space and then `token` if it is next. */
  accepts(token: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.accepts(token)) throw this.problem(quoted(token));
  }

  /** Skips space and reads decimal digits as an integer that a number holds exactly. */
  integer(): number {
    this.skipSpace();
    const from = this.at;
    while (this.character >= '0' && this.character <= '9') this.at++;
    const digits = this.text.slice(from, this.at);
    const leadingZero = digits.length > 1 && digits.startsWith('0');
    if (digits !== '' && !leadingZero && Number.isSafeInteger(Number(digits))) return Number(digits);
    this.at = from;
    throw this.problem('an integer from 0 to 2^53 - 1');
  }

  /** An error at the present place. */
  problem(expected: string): Error {
    const found = this.at < this.text.length ? quoted(this.text.slice(this.at, this.at + 20)) : 'its end';
    return damaged(this.name, `the header has ${found}`, this.start + this.at, expected);
  }
}
