/** Another transaction was first. Nothing is wrong: roll back and start again, and its work is there to be found. */
export class RaceLost extends Error {
  override readonly name = "RaceLost";
}
