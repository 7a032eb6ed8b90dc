// Puts a gzipped copy beside every text file of the export; the server sends it to whoever takes it.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const out = fileURLToPath(new URL("../out", import.meta.url));
const text = /\.(js|css|html|txt|svg|json)$/;

for (const name of readdirSync(out, { recursive: true })) {
  const file = join(out, name);
  if (!text.test(name) || !statSync(file).isFile()) continue;
  const whole = readFileSync(file);
  if (whole.length > 1024) writeFileSync(`${file}.gz`, gzipSync(whole, { level: 9 }));
}
