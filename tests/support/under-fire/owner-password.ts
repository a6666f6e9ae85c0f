/** Of the installation that is thrown away. */
export const OWNER_PASSWORD = "correct horse battery";
