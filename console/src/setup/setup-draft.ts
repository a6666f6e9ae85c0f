/** What the first steps gather; it lives in this page's memory only. */
export interface SetupDraft {
  readonly workspaceName: string;
  readonly timeZone: string;
  readonly ownerName: string;
  readonly email: string;
  readonly password: string;
}

export const EMPTY_SETUP: SetupDraft = {
  workspaceName: "",
  timeZone: "",
  ownerName: "",
  email: "",
  password: "",
};
