/** One command of `wardroom`. `--help` and `--json` belong to every one of them. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What `wardroom NAME --help` says. */
  readonly help: string;
  /** Returns the exit code. `args` come without the command's name. */
  readonly run: (args: readonly string[]) => Promise<number>;
}
