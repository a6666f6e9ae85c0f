import assert from "node:assert/strict";
import { test } from "node:test";
import { groupPhone } from "./group-phone.ts";

test("country codes of one, two and three digits are set apart, the rest is parted to be read aloud", () => {
  assert.equal(groupPhone("+18435550111"), "+1 843 555 0111");
  assert.equal(groupPhone("447700900311"), "+44 770 090 0311");
  assert.equal(groupPhone("+966500000142"), "+966 50 000 0142");
  assert.equal(groupPhone("+97450000199"), "+974 5000 0199");
});

test("no digit is lost, whatever the length", () => {
  for (let length = 8; length <= 15; length += 1) {
    const digits = "966500000142789".slice(0, length);
    assert.equal(groupPhone(`+${digits}`).replace(/\D/g, ""), digits);
  }
});

test("what is grouped, masked or no number stays as it is", () => {
  for (const phone of ["+966 50 000 0142", "+966 •• ••• 0142", "12345", "abc"])
    assert.equal(groupPhone(phone), phone);
});
