import type { FullResult, Reporter, Suite } from '@playwright/test/reporter';

/**
 * Ends a run with one line that can be trusted, alone: "12 passed, 0 failed". Whatever did not pass has failed, a journey
 * that was skipped or never began and an error outside of journeys included.
 */
export default class ClosingLine implements Reporter {
  private root: Suite | undefined;
  private errors = 0;

  onBegin(_: unknown, root: Suite): void {
    this.root = root;
  }

  onError(): void {
    this.errors++;
  }

  onEnd({ status }: FullResult): void {
    const journeys = this.root?.allTests() ?? [];
    const passed = journeys.filter((journey) => journey.outcome() === 'expected').length;
    const notPassed = journeys.length - passed + this.errors;
    const failed = notPassed === 0 && status !== 'passed' ? 1 : notPassed;
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }

  printsToStdio(): boolean {
    return true;
  }
}
