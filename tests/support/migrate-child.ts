import { migrate } from "../../server/platform/migrate.ts";
import { Secret } from "../../server/platform/secret.ts";

/** A program that only migrates, to be killed. Arguments: the owner's address, the folder. A line for each progress. */
const [url = "", folder = ""] = process.argv.slice(2);
const { applied } = await migrate(new Secret(url), folder, {
  onProgress: (progress) => console.log(JSON.stringify(progress)),
});
console.log(JSON.stringify({ step: "done", applied }));
