/**
 * A key that a batch wanted to seal with was destroyed: its subject was erased while the batch was being prepared.
 * The caller rolls back and starts its batch again from the facts as they are now.
 */
export class KeyErased extends Error {
  override readonly name = "KeyErased";
  readonly subjectIds: readonly string[];

  constructor(subjectIds: readonly string[]) {
    super("A data key has been destroyed; start the batch again");
    this.subjectIds = subjectIds;
  }
}
