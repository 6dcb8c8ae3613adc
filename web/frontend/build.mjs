// Builds web/static/: every entry point under a name that carries its hash, manifest.json that says
// which is which, and the licences of the packages inside.
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { existsSync, watch } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(here, "..", "static");

/** Public name → source. A source that does not exist is left out. */
const STYLES = { "app.css": "styles/app.css", "customer.css": "styles/customer.css", "paper.css": "styles/paper.css", "knowledge.css": "styles/knowledge.css" };
const APPS = { "console.js": "console/main.tsx", "floor.js": "floor/main.tsx", "forms.js": "pages/forms.ts", "help.js": "pages/help.ts", "contact.js": "pages/contact.ts", "knowledge.js": "pages/knowledge.ts" };
const PANEL = { "widget.js": "widget/panel.ts" };
const LOADER = { "widget-loader.js": "widget/loader.ts" };

const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  outdir: out,
  metafile: true,
  minify: true,
  sourcemap: false,
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  entryNames: "[name]-[hash]",
  logLevel: "warning",
};

/** In the widget a style sheet is imported as text: it goes into a shadow root. */
const styleAsText = {
  name: "style-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const made = await esbuild.build({ entryPoints: [path], bundle: true, minify: true, write: false, charset: "utf8" });
      return { contents: withoutUnused(made.outputFiles[0].text.trim()), loader: "text", watchFiles: [path] };
    });
  },
};

/** A sheet without the tokens that nothing in it uses. */
function withoutUnused(css) {
  const used = css.replace(/(--[\w-]+):[^;{}]+(?:;|(?=\}))/g, (rule, name) => (css.includes(`var(${name}`) ? rule : ""));
  return used === css ? css : withoutUnused(used);
}

/** What no page of ours does: long polling, WebTransport, binary messages. 4 kB that everybody would fetch. */
const UNUSED = [
  [/engine\.io-client\/build\/esm\/transports\/index\.js$/, 'import { WS } from "./websocket.js"; export const transports = { websocket: WS };'],
  [/engine\.io-client\/build\/esm\/transports\/(polling|webtransport)[-\w]*\.js$/, "export class XHR {} export class Fetch {} export class WT {}"],
  [/engine\.io-parser\/build\/esm\/contrib\/base64-arraybuffer\.js$/, "export const decode = () => undefined;"],
  [/socket\.io-parser\/build\/esm\/is-binary\.js$/, "export const isBinary = () => false, hasBinary = isBinary;"],
  [/socket\.io-parser\/build\/esm\/binary\.js$/, "export const deconstructPacket = () => undefined, reconstructPacket = deconstructPacket;"],
];

const lean = {
  name: "lean",
  setup(build) {
    for (const [filter, contents] of UNUSED) build.onLoad({ filter }, () => ({ contents, loader: "js" }));
  },
};

/** `said:de` is the column of one language in the panel's table: every visitor fetches their own alone. */
const oneLanguage = {
  name: "one-language",
  setup(build) {
    const table = join(here, "widget", "said.ts");
    build.onResolve({ filter: /^said:/ }, ({ path }) => ({ path: path.slice("said:".length), namespace: "said" }));
    build.onLoad({ filter: /./, namespace: "said" }, async ({ path }) => {
      const made = await esbuild.build({ entryPoints: [table], format: "esm", write: false, charset: "utf8" });
      const { LANGUAGES, SAID } = await import(`data:text/javascript,${encodeURIComponent(made.outputFiles[0].text)}`);
      const rows = Object.entries(SAID).map(([name, row]) => [name, row[LANGUAGES.indexOf(path)]]);
      return { contents: `export default ${JSON.stringify(Object.fromEntries(rows))}` };
    });
  },
};

async function make(entries, manifest, packages, options = {}) {
  const known = Object.entries(entries).filter(([, source]) => existsSync(join(here, source)));
  if (!known.length) return;
  const points = known.map(([name, source]) => ({ in: join(here, source), out: name.replace(/\.\w+$/, "") }));
  const made = await esbuild.build({ ...common, ...options, entryPoints: points });
  for (const file of made.outputFiles) await writeFile(file.path, file.contents);
  for (const [path, { entryPoint }] of Object.entries(made.metafile.outputs)) {
    const found = known.find(([, source]) => entryPoint && join(root, entryPoint) === join(here, source));
    manifest[found ? found[0] : basename(path).replace(/-\w+(?=\.js$)/, "")] = basename(path);
  }
  for (const input of Object.keys(made.metafile.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (name) packages.add(name[1]);
  }
}

async function licences(packages) {
  const parts = ["Careline's scripts contain the following packages, under these licences.\n"];
  for (const name of [...packages].sort()) {
    const folder = join(root, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), "utf8") : `License: ${about.license}`;
    parts.push(`${"-".repeat(72)}\n${name} ${about.version}\n\n${text.trim()}\n`);
  }
  await writeFile(join(out, "licences.txt"), parts.join("\n"));
}

async function sizes(manifest) {
  for (const [name, file] of Object.entries(manifest)) {
    const bytes = await readFile(join(out, file));
    console.log(`${name.padEnd(18)} ${(gzipSync(bytes).length / 1000).toFixed(1).padStart(6)} kB gzipped  ${relative(root, join(out, file))}`);
  }
}

/** Old builds stay for an hour: a page loaded before the new build may still ask for them. `--clean` keeps none. */
async function sweep(manifest) {
  const current = new Set([...Object.values(manifest), "manifest.json", "licences.txt"]);
  const hour = process.argv.includes("--clean") ? Infinity : Date.now() - 3_600_000;
  for (const name of await readdir(out)) {
    if (!current.has(name) && (await stat(join(out, name))).mtimeMs < hour) await rm(join(out, name), { recursive: true });
  }
}

async function build() {
  const manifest = {};
  const packages = new Set();
  await mkdir(out, { recursive: true });
  await make(STYLES, manifest, packages);
  await make(APPS, manifest, packages, { format: "esm", plugins: [lean] });
  await make(PANEL, manifest, packages, { format: "esm", splitting: true, chunkNames: "widget-[name]-[hash]", plugins: [styleAsText, lean, oneLanguage] });
  const define = { WIDGET_PANEL: JSON.stringify(manifest["widget.js"] ?? "") };
  await make(LOADER, manifest, packages, { format: "iife", plugins: [styleAsText], define });
  await licences(packages);
  await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  await sweep(manifest);
  await sizes(manifest);
}

await build();
if (process.argv.includes("--watch")) {
  let due;
  watch(here, { recursive: true }, () => {
    clearTimeout(due);
    due = setTimeout(() => build().catch(() => undefined), 80);
  });
}
