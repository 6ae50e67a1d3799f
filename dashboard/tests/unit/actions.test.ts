/** The table of actions is complete and names tests that exist. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { KEYS } from "#/keys/keys";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));
const TESTS = fileURLToPath(new URL("../browser", import.meta.url));

/** Elements that a person acts on. */
const CONTROLS = new Set(
  (
    "Button IconButton CopyButton ConfirmDialog MenuItem Link Select SelectField CheckField " +
    "RadioField TextField TextArea button input textarea summary"
  ).split(" "),
);
/** What the controls themselves are made of: their users label them. */
const MADE_OF = /^ui\/(Button|Copy|Dialog|Field|Menu|Popover|Select|Tabs)\.tsx$/;

interface Row {
  section: string;
  controls: string[];
  file: string;
  title: string;
}

const document = readFileSync(join(TESTS, "ACTIONS.md"), "utf8");
const rows = rowsOf(document);

function rowsOf(text: string): Row[] {
  let section = "";
  return text.split("\n").flatMap((line) => {
    if (line.startsWith("## ")) section = line.slice(3);
    const cells = line.startsWith("| ")
      ? line
          .slice(2, -1)
          .split(" | ")
          .map((c) => c.trim())
      : [];
    const [action, controls = "", test = ""] = cells;
    if (cells.length === 0 || /^(Action|-+)$/.test(action ?? "")) return [];
    const [file = "", title = ""] = test.split(" › ");
    return [
      {
        section,
        controls: [...controls.matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ""),
        file,
        title,
      },
    ];
  });
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Titles of `test(…)`, `test.each(…)(…)` and their kin. */
function titlesOf(path: string): Set<string> {
  const titles = new Set<string>();
  walk(parse(path), (node) => {
    if (!ts.isCallExpression(node) || !/^test\b/.test(node.expression.getText())) return;
    const [title] = node.arguments;
    if (title && ts.isStringLiteralLike(title)) titles.add(title.text);
  });
  return titles;
}

/** The texts that an expression can become, with `…` for what is not known here. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isJsxText(node)) return [node.text.replace(/\s+/g, " ").trim()].filter(Boolean);
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map((s) => `…${s.literal.text}`).join("")];
  if (ts.isConditionalExpression(node))
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node))
    return node.expression ? textsOf(node.expression) : [];
  return [];
}

function controlsOf(path: string): string[] {
  const found: string[] = [];
  const component = `(${basename(path, ".tsx")})`;
  walk(parse(path), (node) => {
    if (!ts.isJsxElement(node) && !ts.isJsxSelfClosingElement(node)) return;
    const opening = ts.isJsxElement(node) ? node.openingElement : node;
    if (!CONTROLS.has(opening.tagName.getText())) return;
    const labels = opening.attributes.properties.flatMap((a) =>
      ts.isJsxAttribute(a) && /^(label|aria-label|action)$/.test(a.name.getText()) && a.initializer
        ? textsOf(a.initializer)
        : [],
    );
    const said = ts.isJsxElement(node) ? node.children.flatMap(textsOf) : [];
    const texts = (labels.length > 0 ? labels : said).map((t) => t.trim()).filter(Boolean);
    found.push(...(texts.length > 0 ? texts : [component]));
  });
  return found;
}

describe("the table of actions", () => {
  const known = new Map(
    readdirSync(TESTS)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => [name, titlesOf(join(TESTS, name))]),
  );

  test.each(rows)("$section: $file › $title exists", ({ file, title }) => {
    expect([...(known.get(file) ?? [])]).toContain(title);
  });

  test("its suites are run", () => {
    const all = readFileSync(join(TESTS, "all.test.ts"), "utf8");
    for (const file of new Set(rows.map((r) => r.file)))
      expect(all).toContain(`"./${basename(file, ".ts")}"`);
  });

  test("it has a section for each route", () => {
    const paths = ["entry.ts", "project.ts"].flatMap((name) =>
      [...readFileSync(join(SOURCES, "routes", name), "utf8").matchAll(/\bpath: "([^"]+)"/g)].map(
        (m) => m[1] ?? "",
      ),
    );
    const pages = paths
      .filter((path) => path !== "/" && path !== "/p/$project")
      .map((path) => (path.startsWith("/") ? path : `/p/$project/${path}`));
    const sections = new Set(rows.map((r) => r.section));
    expect(pages.filter((page) => !sections.has(page))).toEqual([]);
    expect(pages.length).toBeGreaterThan(20);
  });

  test("it names each control of the sources", () => {
    const named = new Set(rows.flatMap((r) => r.controls));
    const missing = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".tsx") && !MADE_OF.test(path))
      .flatMap((path) => controlsOf(join(SOURCES, path)).map((control) => `${path}: ${control}`))
      .filter((entry) => !named.has(entry.slice(entry.indexOf(": ") + 2)));
    expect(missing).toEqual([]);
  });

  test("it names each key", () => {
    const named = new Set(rows.filter((r) => r.section === "Keys").flatMap((r) => r.controls));
    expect(Object.values(KEYS).filter((key) => !named.has(key.shown))).toEqual([]);
  });
});
