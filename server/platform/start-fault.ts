/**
 * Why Wardroom cannot start, for the person at the terminal: one sentence that says what is wrong and one that says
 * what to do. The command line prints both without a stack. Neither holds a secret.
 */
export class StartFault extends Error {
  override readonly name = "StartFault";
  readonly fix: string;

  constructor(sentence: string, fix: string, options?: ErrorOptions) {
    super(sentence, options);
    this.fix = fix;
  }
}
