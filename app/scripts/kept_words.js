// Words stay on this device until they are received.
// Where the browser blocks its storage nothing is kept, and the rest works.

const PREFIX = "concord:";
const MONTH = 30 * 24 * 60 * 60 * 1000;

// Of what is hidden only the version that was seen comes back with the words.
const KEPT = [
  "textarea",
  "select",
  "input:not([type=hidden],[type=password],[type=file])",
  "[name$=version]",
  "[name=seen]",
].join(",");

const store = storage();

function storage() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

function read(key) {
  return JSON.parse(store.getItem(key) ?? "{}");
}

function write(key, kept) {
  try {
    store.setItem(key, JSON.stringify(kept));
  } catch {
    // The device is full: the words stay in the form alone.
  }
}

function clear(isGone) {
  for (const key of Object.keys(store)) {
    if (key.startsWith(PREFIX) && isGone(read(key), key)) store.removeItem(key);
  }
}

const isMark = (field) => field.matches("[type=checkbox],[type=radio]");
const isSeen = (field) => field.type !== "hidden";

function values(fields, name) {
  const said = fields.filter((one) => one.name === name && (!isMark(one) || one.checked));
  return said.map((one) => one.value);
}

function isOther(field, words) {
  return isMark(field) ? words.includes(field.value) !== field.checked : words[0] !== field.value;
}

function putBack(field, words) {
  if (isMark(field)) field.checked = words.includes(field.value);
  else field.value = words[0];
}

function when(moment) {
  const language = document.documentElement.lang;
  const style = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" };
  return `${new Date(moment).toLocaleString(language === "en" ? "en-GB" : language, style)} UTC`;
}

function linkButton(text, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "link", textContent: text, onclick: act });
  return button;
}

function keep(form) {
  const { draft, person } = form.dataset;
  const key = `${PREFIX}${person}:${draft}`;
  const kept = read(key);
  const fields = [...form.querySelectorAll(KEPT)];
  // What has no field on this page, such as the parts of a longer form, stays.
  form.addEventListener("input", () => {
    const typed = Object.fromEntries(fields.map(({ name }) => [name, values(fields, name)]));
    write(key, { at: Date.now(), fields: { ...read(key).fields, ...typed } });
  });
  form.addEventListener("submit", () => {
    if (store.getItem(key)) write(key, { ...read(key), sent: true });
  });
  const had = fields.filter((one) => kept.fields?.[one.name]);
  if (had.some((one) => isSeen(one) && isOther(one, kept.fields[one.name]))) offer(form, key, kept, had);
}

function offer(form, key, kept, fields) {
  const { kept: words, back, away } = form.dataset;
  const line = document.createElement("p");
  const then = (act) => () => {
    act();
    line.remove();
    [...form.querySelectorAll(KEPT)].find((one) => isSeen(one)).focus();
  };
  line.className = "tip";
  line.append(
    words.replace("{}", when(kept.at)),
    " ",
    linkButton(back, then(() => fields.forEach((one) => putBack(one, kept.fields[one.name])))),
    " · ",
    linkButton(away, then(() => store.removeItem(key))),
  );
  form.before(line);
  const folded = form.closest("details");
  if (folded) folded.open = true;
}

// What was sent is received if the next page says that something was done.
const isDone = document.querySelector("#done");
clear((kept, key) => {
  if (kept.at < Date.now() - MONTH || (kept.sent && isDone)) return true;
  write(key, { ...kept, sent: false });
  return false;
});
for (const form of document.querySelectorAll("[data-draft]")) keep(form);
document
  .querySelector("form[action$='/sign-out/']")
  ?.addEventListener("submit", () => clear(() => true));
