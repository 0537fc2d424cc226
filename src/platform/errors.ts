/**
 * An expected "no" to a person or program. Declared as a subclass beside the code that throws it, with a stable code and
 * an HTTP status. Nothing is written when one is thrown inside a transaction. `details` are values for the message.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429;
  readonly details: Record<string, string>;

  constructor(code: string, status: Refusal['status'], details: Record<string, string> = {}) {
    super(code);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** What is not there, or is not for this person: both look the same from outside. */
export class NotFound extends Refusal {
  constructor() {
    super('not-found', 404);
  }
}

/** The program cannot start or go on as it was set up; the message tells a person what to do. No stack is shown. */
export class SetupError extends Error {}
