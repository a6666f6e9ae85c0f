/** The five values that Meta gives, as they are typed. */
export interface MetaDraft {
  readonly appId: string;
  readonly appSecret: string;
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
}

export const EMPTY_META: MetaDraft = {
  appId: "",
  appSecret: "",
  wabaId: "",
  phoneNumberId: "",
  accessToken: "",
};

const META_ID = /^[0-9]{1,32}$/;
/** Shorter ones are no secrets of Meta's; the server checks the same. */
const SHORTEST_SECRET = 8;

/** What is sent: without the spaces that come with copying. */
export function trimmed(draft: MetaDraft): MetaDraft {
  return {
    appId: draft.appId.trim(),
    appSecret: draft.appSecret.trim(),
    wabaId: draft.wabaId.trim(),
    phoneNumberId: draft.phoneNumberId.trim(),
    accessToken: draft.accessToken.trim(),
  };
}

/** The names of the fields that cannot be right. */
export function listFaults(draft: MetaDraft): (keyof MetaDraft)[] {
  const { appId, wabaId, phoneNumberId, appSecret, accessToken } = trimmed(draft);
  const faults: (keyof MetaDraft)[] = [];
  if (!META_ID.test(appId)) faults.push("appId");
  if (appSecret.length < SHORTEST_SECRET) faults.push("appSecret");
  if (!META_ID.test(wabaId)) faults.push("wabaId");
  if (!META_ID.test(phoneNumberId)) faults.push("phoneNumberId");
  if (accessToken.length < SHORTEST_SECRET) faults.push("accessToken");
  return faults;
}
