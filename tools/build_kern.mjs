// Turns KERN's dist/kern.css into the portal's kern.css: purged, logical, without data: URIs.
// Called by build_assets.sh: node build_kern.mjs <package folder> <target folder>
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import postcss from "postcss";
import cssnano from "cssnano";

const [source, target] = process.argv.slice(2);
const read = (name) => readFileSync(join(source, name), "utf8");
const { version } = JSON.parse(read("package.json"));

// What stays although a utility sheet also names it, and what goes although a component sheet does.
const KEPT = /^kern-(container(-fluid)?|row|col|col-(12|(md|lg)-(3|4|5|6|7|8|9|12)))$/;
const KEPT_ICONS = new Set(["check", "danger", "info", "success", "warning", "arrow-down", "close"]);
const ICON_SIZES = new Set(["small", "default", "large", "x-large"]);
// The dropdown needs a script of its own; input groups, levels and offsets are not used.
const DROPPED = /^kern-(dropdown|input-group|layer|level-|light$|dark$|col-offset|table__cell--action|table__header--action)/;
// Properties that only repeat what is inherited or initial.
const SUPERFLUOUS = { "font-family": /./, "font-style": /^normal$/, "letter-spacing": /^(0|var\(--kern-metric-space-none)/ };

const css = postcss.parse(read("dist/kern.css"));
css.walkComments((comment) => comment.remove());
css.walkAtRules("charset", (rule) => rule.remove());
css.walkAtRules("font-face", (rule) => rule.remove());

purgeSelectors();
repairRules();
cleanDeclarations();
const tokens = takeTokens();
resolveVariables();
makeLogical();
extractMasks();
dropEmpty();
css.prepend(...themeRules());

const banner = `/*! KERN UX ${version} (@kern-ux/native), EUPL-1.2, modified: see README.md beside this file */\n`;
const { css: result } = await postcss([cssnano({ preset: ["default", { cssDeclarationSorter: false }] })])
  .process(css.toString(), { from: undefined });
writeFileSync(join(target, "kern.css"), banner + result + "\n");
console.log(`kern.css ${result.length} bytes, gzip ${gzipSync(result, { level: 9 }).length}, brotli ${brotliCompressSync(result).length}`);

// --- selectors -----------------------------------------------------------------------------------

function classesOf(text) {
  return [...text.matchAll(/\.([\w-]+)/g)].map((match) => match[1]);
}

function purgeSelectors() {
  const utilities = new Set([
    ...classesOf(read("dist/kern-utilities.css").replace(/\{[^{}]*\}/g, "{}")),
    ...classesOf(read("dist/kern-grid.css").replace(/\{[^{}]*\}/g, "{}")),
  ]);
  const isDropped = (name) => {
    if (KEPT.test(name)) return false;
    const icon = name.match(/^kern-icon--(.+)$/);
    if (icon) return !KEPT_ICONS.has(icon[1]) && !ICON_SIZES.has(icon[1]);
    return utilities.has(name) || DROPPED.test(name) || /^kern-(m|p)[tblrxyse]?-/.test(name);
  };
  css.walkRules((rule) => {
    if (rule.parent.type === "atrule" && /keyframes/.test(rule.parent.name)) return;
    if (/^:is\(body,/.test(rule.selector) || /data-kern-theme/.test(rule.selector)) return;
    const kept = rule.selectors.filter((selector) => !classesOf(selector).some(isDropped));
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  // The body and form controls of portal.css carry the font; a universal rule would reach <code>.
  css.walkRules("*:not(i)", (rule) => rule.remove());
}

function repairRules() {
  css.walkRules((rule) => {
    // An icon-only button hides its whole label; a hidden word inside a label must not shrink it.
    rule.selector = rule.selector.replace(/:has\(\.kern-sr-only(-mobile)?\)/g, ":has(> .kern-label.kern-sr-only$1)");
  });
  css.walkAtRules("media", (media) => {
    if (!media.params.includes("forced-colors")) return;
    // KERN paints masks white, which vanishes on a light high-contrast theme.
    media.walkDecls("background-color", (node) => {
      if (node.value.includes("--kern-color-white")) node.value = "CanvasText";
    });
  });
}

function cleanDeclarations() {
  css.walkRules((rule) => {
    const last = new Map();
    rule.each((node) => {
      if (node.type !== "decl") return;
      const useless = SUPERFLUOUS[node.prop];
      if (useless && useless.test(node.value)) node.remove();
      else last.set(node.prop, node);
    });
    rule.each((node) => {
      if (node.type === "decl" && last.get(node.prop) !== node && !node.important) node.remove();
    });
  });
}

// --- tokens --------------------------------------------------------------------------------------

// Takes every custom property out of the tree: {root, wide, light, dark, contextual}.
function takeTokens() {
  const found = { root: {}, wide: {}, light: {}, dark: {}, contextual: {} };
  css.walkRules((rule) => {
    const media = rule.parent.type === "atrule" ? rule.parent.params : "";
    let into = null;
    if (rule.selector === ":root") {
      into = media === "" ? found.root
        : media.includes("prefers-color-scheme: light") ? found.light
        : media.includes("prefers-color-scheme: dark") ? found.dark
        : media.includes("min-width") ? found.wide : null;
      if (!into) throw new Error(`:root inside ${media}`);
    } else if (rule.selector.includes(".kern-layer.kern-level-0")) into = found.contextual;
    else if (rule.selector.includes("data-kern-theme")) {
      rule.remove();
      return;
    }
    if (!into) return;
    rule.walkDecls(/^--/, (node) => { into[node.prop] = node.value; });
    rule.remove();
  });
  return found;
}

// Replaces var() from the inside out; `look(name)` gives a text or undefined.
function replaceVariables(value, look) {
  const open = value.indexOf("var(");
  if (open < 0) return value;
  let depth = 0, comma = -1, end = open + 4;
  for (; end < value.length; end++) {
    if (value[end] === "(") depth++;
    else if (value[end] === ")" && depth-- === 0) break;
    else if (value[end] === "," && depth === 0 && comma < 0) comma = end;
  }
  const name = value.slice(open + 4, comma < 0 ? end : comma).trim();
  const fallback = comma < 0 ? undefined : value.slice(comma + 1, end).trim();
  const text = look(name, fallback);
  return value.slice(0, open) + text + replaceVariables(value.slice(end + 1), look);
}

function lookUp(name, fallback) {
  const direct = tokens.contextual[name];
  if (direct) return replaceVariables(direct, lookUp);
  if (name in tokens.light || name === "--kern-typography-font-family-default") return `var(${name})`;
  if (name in tokens.wide) return `var(${name})`;
  if (name in tokens.root) return literal(replaceVariables(tokens.root[name], lookUp));
  if (fallback !== undefined) return replaceVariables(fallback, lookUp);
  return `var(${name})`;
}

function literal(value) {
  return value.replace(/oklch\(([^()]+)\)/g, (whole, inner) => oklchToHex(inner) ?? whole);
}

function resolveVariables() {
  css.walkDecls((node) => {
    if (node.value.includes("var(")) node.value = literal(replaceVariables(node.value, lookUp));
    node.value = node.value.replace(/\b0(rem|px|em)\b/g, "0");
    // calc() knows no unitless zero in a sum
    if (node.value.includes("calc(")) node.value = node.value.replace(/([(+-] ?)0(?= ?[)+-])/g, "$10px");
  });
}

// oklch -> #rrggbb, clipped: browsers before 2023 know no oklch(), and a visitor's phone may be old.
function oklchToHex(inner) {
  const parts = inner.split("/")[0].trim().split(/\s+/);
  if (parts.length !== 3 || inner.includes("/")) return null;
  const [light, chroma, hue] = [parseFloat(parts[0]) / 100, parseFloat(parts[1]), (parseFloat(parts[2]) * Math.PI) / 180];
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return "#" + [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((linear) => {
    const clipped = Math.min(1, Math.max(0, linear));
    const channel = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(channel * 255).toString(16).padStart(2, "0");
  }).join("");
}

// One light set for everybody, one dark set for those who ask for it by system or by attribute.
function themeRules() {
  const block = (selector, entries) => {
    const rule = postcss.rule({ selector });
    for (const [prop, value] of entries) rule.append({ prop, value });
    return rule;
  };
  const resolved = (set) => Object.entries(set)
    .map(([name, value]) => [name, literal(replaceVariables(value, lookUp))])
    .filter(([name]) => used.has(name));
  const used = usedNames();
  const light = resolved(tokens.light);
  const lightValue = new Map(light);
  const dark = resolved(tokens.dark).filter(([name, value]) => lightValue.get(name) !== value);
  const base = Object.entries(tokens.root)
    .filter(([name]) => name in tokens.wide && used.has(name))
    .map(([name, value]) => [name, replaceVariables(value, lookUp)]);
  const wide = Object.entries(tokens.wide)
    .filter(([name]) => used.has(name))
    .map(([name, value]) => [name, replaceVariables(value, lookUp)]);
  const darkMedia = postcss.atRule({ name: "media", params: "(prefers-color-scheme: dark)" });
  darkMedia.append(block(":root:not([data-kern-theme=light])", dark));
  const wideMedia = postcss.atRule({ name: "media", params: "(min-width: 768px)" });
  wideMedia.append(block(":root", wide));
  return [block(":root", [...light, ...base]), darkMedia, block("[data-kern-theme=dark]", dark), wideMedia];
}

// Names that rules use, and for the theme also what those names are made of; colours of text, ground,
// border, action and feedback stay in any case: portal.css and the admin use them.
function usedNames() {
  const used = new Set(Object.keys(tokens.light).filter(
    (name) => /^--kern-color-(layout|action|feedback|form|decorative)/.test(name) && !/level-/.test(name)));
  css.walkDecls((node) => {
    for (const match of node.value.matchAll(/var\((--[\w-]+)/g)) used.add(match[1]);
  });
  for (const set of [tokens.light, tokens.dark]) {
    for (const name of [...used]) {
      for (const match of (set[name] ?? "").matchAll(/var\((--[\w-]+)/g)) used.add(match[1]);
    }
  }
  return used;
}

// --- left and right ------------------------------------------------------------------------------

function splitValues(value) {
  const parts = [];
  let depth = 0, part = "";
  for (const char of value) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === " " && depth === 0) { if (part) parts.push(part); part = ""; }
    else part += char;
  }
  if (part) parts.push(part);
  return parts;
}

function makeLogical() {
  const corners = { "top-left": "start-start", "top-right": "start-end", "bottom-left": "end-start", "bottom-right": "end-end" };
  const side = (text) => text.replace("left", "inline-start").replace("right", "inline-end");
  css.walkDecls((node) => {
    const { prop, value } = node;
    let match;
    if (/^(left|right)$/.test(prop)) node.prop = `inset-${side(prop)}`;
    else if (/^(margin|padding)-(left|right)$/.test(prop) || /^border-(left|right)(-(width|style|color))?$/.test(prop)) node.prop = side(prop);
    else if ((match = prop.match(/^border-((?:top|bottom)-(?:left|right))-radius$/))) node.prop = `border-${corners[match[1]]}-radius`;
    else if (prop === "text-align" && /^(left|right)$/.test(value)) node.value = value === "left" ? "start" : "end";
    else if (prop === "clear" && /^(left|right)$/.test(value)) node.value = `inline-${value === "left" ? "start" : "end"}`;
    else if (prop === "float" && /^(left|right)$/.test(value)) node.value = `inline-${value === "left" ? "start" : "end"}`;
    else if (/^(margin|padding)$/.test(prop)) {
      const [top, right, bottom, left] = splitValues(value);
      if (left === undefined || left === right) return;
      node.replaceWith(
        node.clone({ prop: `${prop}-block`, value: `${top} ${bottom}` }),
        node.clone({ prop: `${prop}-inline`, value: `${left} ${right}` }));
    } else if (prop === "border-radius") {
      const [a, b, c, d] = splitValues(value);
      if (d === undefined || (a === b && c === d)) return;
      const values = { "start-start": a, "start-end": b, "end-end": c, "end-start": d };
      node.replaceWith(...Object.entries(values).map(([corner, size]) => node.clone({ prop: `border-${corner}-radius`, value: size })));
    }
  });
}

// --- icons ---------------------------------------------------------------------------------------

// A strict content security policy forbids data: images, so the masks become files beside the sheet.
function extractMasks() {
  const files = new Map();
  css.walkDecls(/^(-webkit-)?mask(-image)?$/, (node) => {
    const match = node.value.match(/url\("data:image\/svg\+xml,([^"]+)"\)/);
    if (!match) return;
    const svg = decodeURIComponent(match[1]).replace(/ (height|width)=''/g, "").replace(/'/g, '"');
    if (!files.has(svg)) {
      const named = node.parent.selector.match(/\.kern-icon--([\w-]+)/) ?? node.parent.selector.match(/\.kern-([\w-]+)/);
      let name = named[1];
      while ([...files.values()].includes(name)) name += "-2";
      files.set(svg, name);
      writeFileSync(join(target, "icons", `${name}.svg`), svg + "\n");
    }
    node.value = node.value.replace(match[0], `url(icons/${files.get(svg)}.svg)`);
  });
}

function dropEmpty() {
  for (let again = true; again;) {
    again = false;
    css.walk((node) => {
      if ((node.type === "rule" || node.type === "atrule") && node.nodes && node.nodes.length === 0) {
        node.remove();
        again = true;
      }
    });
  }
}
