import { publicAddress } from "./address-prefix.ts";
import { type Country, type CountryTable, loadCountryTable } from "./country-table.ts";

/** Where an address stands. */
export interface CountrySource {
  /** Null for an address of this machine or of a private network, and for one of which nothing is known. */
  countryOf(address: string): Promise<Country | null>;
}

/** The table of the package, read when the first public address is asked about and kept from then on. */
export function openCountries(load: () => Promise<CountryTable> = loadCountryTable): CountrySource {
  let table: Promise<CountryTable> | undefined;
  return {
    async countryOf(address) {
      const number = publicAddress(address);
      if (number === undefined) return null;
      table ??= load();
      return (await table).find(number) ?? null;
    },
  };
}
