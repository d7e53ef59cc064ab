/** Something that would make a history ill-formed. `message` says which rule and what came. */
export class IllFormedHistoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IllFormedHistoryError';
  }
}
