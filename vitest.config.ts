import { defineConfig } from 'vitest/config';

const source = (path: string): string => new URL(path, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^adjoint$/, replacement: source('./src/index.ts') },
      { find: /^adjoint\/compiler$/, replacement: source('./compiler/index.ts') },
      { find: /^adjoint\/verify$/, replacement: source('./compiler/verify/index.ts') },
      { find: /^adjoint\/runtime$/, replacement: source('./runtime/index.ts') },
      { find: /^adjoint\/runtime\/node$/, replacement: source('./runtime/node/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    isolate: false,
  },
});
