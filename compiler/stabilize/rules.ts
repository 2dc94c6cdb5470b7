/** All equations of the stabilizer. */
import type { Rule } from '../rewrite/rule.ts';
import { exponential } from './exponential.ts';
import { softmax } from './softmax.ts';
import { variance } from './variance.ts';

export const stable: readonly Rule[] = [...exponential, ...softmax, ...variance];
