/**
 * Answers given in one turn of the event loop at the most. Ours: a webhook costs this thread about a tenth of a
 * millisecond, so a turn full of them lasts two, and a page of the console, which takes ten turns, is there at once.
 */
const ANSWERS_A_TURN = 16;

/**
 * Lets answers go a few at a time. Webhooks are stored, and so answered, by the hundred; answered at once they would also
 * be followed by the next ones at once, and everybody else would wait for a hundred at a time. Whoever waits for an answer
 * sends nothing before it: the line is also what keeps a flood from being faster than we are.
 */
export class AnswerLine {
  #waiting: Array<() => void> = [];

  /** Gives the answer when its turn has come, in order. */
  add(give: () => void): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#giveSome());
    this.#waiting.push(give);
  }

  #giveSome(): void {
    const now = this.#waiting.slice(0, ANSWERS_A_TURN);
    this.#waiting = this.#waiting.slice(ANSWERS_A_TURN);
    if (this.#waiting.length > 0) setImmediate(() => this.#giveSome());
    for (const give of now) give();
  }
}
