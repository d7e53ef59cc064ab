/** Why a history could not be read as operations on the object it is judged by. */
export class UnreadableOperation extends Error {
  readonly entry: number;

  constructor(entry: number, message: string) {
    super(message);
    this.name = 'UnreadableOperation';
    this.entry = entry;
  }
}
