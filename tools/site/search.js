// SPDX-License-Identifier: MIT
// Finds names while one types. The index is a script, so that pages opened as
// files have it, too; it is loaded when it is needed first.
"use strict";

const root = document.documentElement.dataset.root;
const box = document.getElementById("search");
const list = document.getElementById("found");
const most = 40;
const kinds = ["header", "awaited", "green's own", "member", "guide",
  "document", "the original", "missing", "part"];
let index = null;

function load() {
  if (document.getElementById("index")) return;
  const script = document.createElement("script");
  script.id = "index";
  script.src = root + "search_index.js";
  script.onload = () => {
    index = searchIndex.map((row) => [row[0].toLowerCase(), row]);
    show();
  };
  document.head.append(script);
}

// 0 is the best, -1 is none.
function rank(name, words) {
  const last = name.slice(name.lastIndexOf("::") + 1).replace(/^:/, "");
  if (name === words || last === words) return 0;
  if (last.startsWith(words) || name.startsWith(words)) return 1;
  return name.includes(words) ? 2 : -1;
}

function find(words) {
  const found = [];
  for (const [name, row] of index) {
    const r = rank(name, words);
    if (r >= 0) found.push([r, kinds.indexOf(row[1]), name.length, row]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return found.slice(0, most).map((entry) => entry[3]);
}

function part(className, text) {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}

function show() {
  const typed = box.value.trim().toLowerCase();
  const words = typed.replace(/^green::|^::|\(\)$/g, "");
  list.replaceChildren();
  list.hidden = !words || !index;
  if (list.hidden) return;
  const rows = find(words);
  for (const [name, kind, where, address] of rows) {
    const link = document.createElement("a");
    link.href = root + address;
    link.append(part("what", name), part("where", where), part("how", kind));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  if (!rows.length) list.append(part("none", "No name has this in it."));
}

function move(step) {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + step;
  (links[at] || box).focus();
}

box.addEventListener("focus", load);
box.addEventListener("input", () => { load(); show(); });
box.form.addEventListener("submit", (event) => {
  const first = list.querySelector("a");
  if (!first) return;
  event.preventDefault();
  location.href = first.href;
});
document.addEventListener("click", (event) => {
  if (!box.form.contains(event.target)) list.hidden = true;
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    box.focus();
  } else if (box.form.contains(document.activeElement)) {
    if (event.key === "Escape") { list.hidden = true; box.blur(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  }
});

// A wide window shows the contents at its side, a narrow one on demand.
const wide = matchMedia("(min-width: 62rem)");
function unfold() {
  for (const part of document.querySelectorAll(".menu, .toc"))
    part.open = wide.matches;
}
wide.addEventListener("change", unfold);
unfold();

// #search=NAME is a link to a search.
const asked = /^#search=(.+)/.exec(location.hash);
if (asked) {
  box.value = decodeURIComponent(asked[1]);
  load();
}
