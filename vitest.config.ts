import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './test/tools/closingReporter.ts'],
    maxWorkers: 2,
    // servers are killed and clocks are watched here: a test that fails once on a busy machine gets a second chance
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
