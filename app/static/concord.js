// Words stay on this device until they are received, and lists have keys.
// Where the browser blocks its storage nothing is kept, and the rest works.
const storage = () => { try { return localStorage } catch { return { getItem: () => null, setItem() { }, removeItem() { } } } };
const store = storage(), PREFIX = "concord:", MONTH = 2592e6;
const read = (key) => JSON.parse(store.getItem(key) ?? "{}");
const write = (key, kept) => { try { store.setItem(key, JSON.stringify(kept)) } catch { } };
const clear = (test) => Object.keys(store).forEach((key) => key.startsWith(PREFIX) && test(read(key), key) && store.removeItem(key));

// What was sent is received if the next page says that something was done.
const isDone = document.querySelector(".notice[role=status]");
clear((kept, key) => {
  if (kept.at < Date.now() - MONTH || (kept.sent && isDone)) return true;
  write(key, { ...kept, sent: false });
});

// Of what is hidden only the version that was seen comes back with the words.
const KEPT = "textarea,select,input:not([type=hidden],[type=password],[type=file]),[name$=version],[name=seen]";
const isMark = (one) => one.matches("[type=checkbox],[type=radio]");
const isOn = (one) => !isMark(one) || one.checked;

for (const form of document.querySelectorAll("[data-draft]")) {
  const { draft, person, kept: words, back, away } = form.dataset, key = `${PREFIX}${person}:${draft}`, kept = read(key);
  const fields = [...form.querySelectorAll(KEPT)], first = fields.find((one) => one.type !== "hidden");
  const values = (name) => fields.filter((one) => one.name === name && isOn(one)).map((one) => one.value);
  const had = (one) => kept.fields?.[one.name];
  const isOther = (one) => isMark(one) ? had(one).includes(one.value) !== one.checked : had(one)[0] !== one.value;
  const putBack = (one) => { if (isMark(one)) one.checked = had(one).includes(one.value); else one.value = had(one)[0] };
  // What has no field on this page, such as the parts of a longer form, stays.
  form.oninput = () => write(key, { at: Date.now(), fields: fields.reduce((all, { name }) => ({ ...all, [name]: values(name) }), read(key).fields) });
  form.addEventListener("submit", () => store.getItem(key) && write(key, { ...read(key), sent: true }));
  if (!fields.some((one) => one.type !== "hidden" && had(one) && isOther(one))) continue;
  const offer = document.createElement("p");
  const button = (text, act) => {
    const one = document.createElement("button");
    Object.assign(one, { type: "button", className: "link", textContent: text });
    one.onclick = () => { act(); offer.remove(); first.focus() };
    return one;
  };
  offer.className = "tip";
  const language = document.documentElement.lang;
  const at = new Date(kept.at).toLocaleString(language === "en" ? "en-GB" : language,
    { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  offer.append(words.replace("{}", at + " UTC"), " ",
    button(back, () => fields.filter(had).forEach(putBack)), " · ",
    button(away, () => store.removeItem(key)));
  form.before(offer);
  const folded = form.closest("details");
  if (folded) folded.open = true;
}
document.querySelector("form[action$='/sign-out/']")?.addEventListener("submit", () => clear(() => true));

// The keys work while the list has the focus, so that they disturb nobody.
for (const list of document.querySelectorAll("[data-keys]")) {
  const items = [...list.querySelectorAll("[data-item]")], box = (item) => item?.querySelector("[type=checkbox]");
  for (const one of [list, ...items]) one.tabIndex = one === list ? 0 : -1;
  list.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey || target.matches("textarea,select,input:not([type=checkbox])")) return;
    const at = items.findIndex((item) => item.contains(target)), step = { j: 1, k: -1 }[key];
    if (step) items[Math.min(Math.max(at + step, 0), items.length - 1)]?.focus();
    else if (key === "x") box(items[at])?.click();
  });
  for (const all of list.querySelectorAll("[data-all]")) {
    all.hidden = false;
    all.onchange = () => list.querySelectorAll("[data-item] [type=checkbox]").forEach((one) => { one.checked = box(all).checked });
  }
}
