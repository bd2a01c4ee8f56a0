// Lists have keys: j and k go down and up, x marks. They work while the list has the focus, so that they
// disturb nobody.

const MARK = "[type=checkbox]";
const TYPING = "textarea,select,input:not([type=checkbox])";
const STEPS = { j: 1, k: -1 };

const mark = (item) => item?.querySelector(MARK);

function withKeys(list) {
  const items = [...list.querySelectorAll("[data-item]")];
  list.tabIndex = 0;
  for (const item of items) item.tabIndex = -1;

  list.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey || target.matches(TYPING)) return;
    const at = items.findIndex((item) => item.contains(target));
    const next = at + (STEPS[key] ?? 0);
    if (key in STEPS) items[Math.min(Math.max(next, 0), items.length - 1)]?.focus();
    else if (key === "x") mark(items[at])?.click();
  });

  for (const all of list.querySelectorAll("[data-all]")) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const item of items) if (mark(item)) mark(item).checked = mark(all).checked;
    });
  }
}

for (const list of document.querySelectorAll("[data-keys]")) withKeys(list);
