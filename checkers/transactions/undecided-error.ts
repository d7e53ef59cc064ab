/** Ends a check that cannot answer: the input is outside what it understands, or its budget is spent. `message` is the reason shown. */
export class UndecidedError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UndecidedError';
  }
}
