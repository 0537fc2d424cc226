import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../../vitest.config.ts';

/** The files in the order in which they were asked for, and one after the other: what is fast comes first. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (process.env.TEST_ORDER ?? '').split(',');
    const place = ({ moduleId }: TestSpecification) => order.findIndex((name) => moduleId.endsWith(name));
    return files.sort((a, b) => place(a) - place(b));
  }
}

export default mergeConfig(
  base,
  defineConfig({ test: { maxWorkers: 1, isolate: false, sequence: { sequencer: InOrder } } }),
);
