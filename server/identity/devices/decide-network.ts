/** What is known of where a request comes from, beside what its session knows. */
export interface NetworkFacts {
  /** Whether the session was started on a device that carries a token. */
  readonly hasDevice: boolean;
  /** Whether the request carries that token. */
  readonly deviceShown: boolean;
  readonly sameNetwork: boolean;
  /** Whether the member has come from this network before. */
  readonly networkSeen: boolean;
  /** Null where either country is not known: of this machine, of a private network, of an address nobody lists. */
  readonly sameCountry: boolean | null;
}

/** `same`: nothing to do; `moved`: goes on from there; the others want a factor again, and say why. */
export type NetworkVerdict = "same" | "moved" | "device_missing" | "another_country";

/**
 * Whether a session goes on where it is now. A telephone changes its network all day and shows its device: it is not
 * asked within a country. A cookie that was taken without the device's own is asked wherever it turns up.
 */
export function decideNetwork(facts: NetworkFacts): NetworkVerdict {
  if (facts.hasDevice && !facts.deviceShown) return "device_missing";
  if (facts.sameNetwork) return "same";
  if (facts.networkSeen) return "moved";
  if (!facts.hasDevice) return "device_missing";
  return facts.sameCountry === false ? "another_country" : "moved";
}
