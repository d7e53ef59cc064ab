/** Something that would make a history ill-formed. `message` says which rule and what came, and where if that is known. */
export class IllFormedHistoryError extends Error {
  /** The message without its place, for those who know a better one. */
  readonly reason: string;

  constructor(reason: string, place?: string) {
    super(place === undefined ? reason : `${place}: ${reason}`);
    this.name = 'IllFormedHistoryError';
    this.reason = reason;
  }
}
