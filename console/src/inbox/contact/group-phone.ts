/** Country codes of one and two digits; all others have three. Source: ITU-T E.164, list of assigned country codes. */
const SHORT_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** How the digits after the country code are parted, by their number. */
const PARTS: Readonly<Record<number, readonly number[]>> = {
  7: [3, 4],
  8: [4, 4],
  9: [2, 3, 4],
  10: [3, 3, 4],
  11: [3, 4, 4],
};

/** "+966 50 000 0142" of "+966500000142": easier to read aloud. What is grouped or masked already stays as it is. */
export function groupPhone(phone: string): string {
  const digits = /^\+?(\d{8,15})$/.exec(phone)?.[1];
  if (digits === undefined) return phone;
  const code = SHORT_CODE.exec(digits)?.[0] ?? digits.slice(0, 3);
  const parts = [code];
  let rest = digits.slice(code.length);
  for (const length of PARTS[rest.length] ?? [3, 3, 3, 3, 3]) {
    if (rest === "") break;
    parts.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return `+${parts.join(" ")}${rest}`;
}
