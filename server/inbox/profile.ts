/** What is sealed in inbox_contact.profile_sealed, as JSON. */
export interface Profile {
  /** As WhatsApp shows it. */
  readonly name: string | null;
  /** Our own name for them; wins. */
  readonly ownName: string | null;
  readonly username: string | null;
  /** Phone number in digits, where WhatsApp told it. */
  readonly phone: string | null;
  /** Meta's hash of their identity key, as last seen. */
  readonly identityKeyHash: string | null;
}

export function profilePlace(contactId: string): { table: string; column: string; rowId: string } {
  return { table: "inbox_contact", column: "profile_sealed", rowId: contactId };
}

/** How we call a contact; the phone number stands in for a name that nobody gave. */
export function displayName(profile: Profile): string {
  return (
    profile.ownName ?? profile.name ?? profile.username ?? (profile.phone === null ? "" : `+${profile.phone}`)
  );
}

/** A phone number for those who may not read it: country code and the last four digits stay. */
export function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/\D/g, "");
  return digits.length < 8 ? "••••" : `+${digits.slice(0, 3)} •••• ${digits.slice(-4)}`;
}
