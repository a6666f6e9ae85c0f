/** The kinds of RFC 7644, section 3.12, that we answer with. */
export type ScimType =
  | "invalidFilter"
  | "invalidPath"
  | "invalidSyntax"
  | "invalidValue"
  | "mutability"
  | "noTarget"
  | "uniqueness";

/** A "no" as the directory is told it. `detail` is a sentence of ours: never what was sent. */
export class ScimError extends Error {
  override readonly name = "ScimError";
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly detail: string;

  constructor(status: number, detail: string, scimType?: ScimType) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.scimType = scimType;
  }
}

export function notFound(): ScimError {
  return new ScimError(404, "There is no such resource.");
}

/** Who owns the workspace is nothing that a directory decides (issue 4). */
export function ownerUntouched(): ScimError {
  return new ScimError(403, "Owners are not managed by the directory.", "mutability");
}
