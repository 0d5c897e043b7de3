// The only script: opens dialogs and menus, sends `form[data-api]` to the API as JSON, and refreshes what has changed.
// Signing in and out work without it, and pages show their data without it.

const LABEL = new WeakMap(); // button → its label before it was clicked
const ATTEMPT = new WeakMap(); // form → the last request and its idempotency key
const OF_ROW = new WeakMap(); // form of a dialog → fields of the row for which it was opened
const WORDS = new WeakMap(); // part of a dialog → its content before it is filled
const WAKE = new Map(); // ID of a watched element → ends the pause before its next poll

document.documentElement.classList.add("js");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// ── Dialogs ─────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens), opener.closest("[data-row]"), opener);
  if (target.closest("[data-closes]")) target.closest("dialog").close();
});

// One dialog serves all rows: it is filled from the row's `data-field`s. A dialog without a row keeps
// what was typed before it was closed, so closing it by mistake loses nothing.
function open(dialog, row, opener) {
  const form = dialog.querySelector("form");
  const values = {};
  const fields = row ? [...row.querySelectorAll("[data-field]")].filter((each) => each.closest("[data-row]") === row) : [];
  if (fields.length) {
    form.reset();
    for (const { dataset, textContent } of fields) {
      const field = form.elements.namedItem(dataset.field);
      values[dataset.field] = textContent;
      if (field?.type === "checkbox") field.checked = textContent === "true";
      else if (field) field.value = textContent;
    }
    form.dataset.name = values.name;
    form.dataset.id = values.id = row.id;
    OF_ROW.set(form, values);
  }
  for (const field of form.querySelectorAll("[data-field-of]")) field.value = values[field.dataset.fieldOf] ?? "";
  show(dialog, values);
  offer(form);
  form.noValidate = true; // errors are shown at the field, in our own words
  forgive(form);
  react(form);
  for (const preview of form.querySelectorAll("[data-preview][open]")) look(preview, 0); // it may show another row's email
  fillParts(dialog);
  if (form.matches("[data-many-form]")) preview(form);
  // A menu entry is hidden when the dialog closes, so the focus returns to the menu's button.
  const menu = opener.closest("details.menu");
  if (menu) shut(menu);
  dialog.showModal();
}

function show(dialog, values) {
  for (const place of dialog.querySelectorAll("[data-says]")) if (place.dataset.says in values) place.textContent = values[place.dataset.says];
  for (const link of dialog.querySelectorAll("[data-leads]")) if (values.id) link.href = fill(link.dataset.leads, values);
  for (const button of dialog.querySelectorAll("[data-copies]")) button.dataset.copy = values[button.dataset.copies] ?? "";
}

// Fills what a row doesn't hold from the current `data-from` page: each `data-part` from the template
// with that ID. If the page can't be loaded, the dialog keeps its default content; a dialog that
// requires the part (it contains `data-wait`) can't be submitted.
async function fillParts(dialog) {
  const form = dialog.querySelector("form");
  const parts = [...dialog.querySelectorAll("[data-part]")];
  if (!parts.length) return;
  const submit = form.querySelector("[type=submit]");
  for (const part of parts) {
    if (!WORDS.has(part)) WORDS.set(part, [...part.childNodes]);
    part.replaceChildren(...WORDS.get(part));
  }
  const waits = parts.some((part) => part.querySelector("[data-wait]"));
  const { id } = form.dataset;
  submit.disabled = waits;
  const page = await load(fill(dialog.dataset.from, { id }));
  if (form.dataset.id !== id) return; // it has been opened for another row in the meantime
  for (const part of parts) {
    const fresh = page?.getElementById(part.dataset.part);
    if (fresh) part.replaceChildren(document.importNode(fresh.content, true));
    else if (part.querySelector("[data-wait]")) {
      part.replaceChildren();
      return blame(form, null, "We couldn’t load the current state. Close this and try again.");
    }
  }
  submit.disabled = false;
  return true;
}

// Someone else changed it first: shows the current state, and reapplies the boxes that were changed here.
async function takeUp(form) {
  const mine = fieldsOf(form).filter((field) => field.type === "checkbox" && field.checked !== field.defaultChecked);
  if (!(await fillParts(form.closest("dialog")))) return;
  for (const { name, value, checked } of mine) {
    const box = fieldsOf(form).find((field) => field.name === name && field.value === value);
    if (box) box.checked = checked;
  }
  blame(form, null, form.dataset.changed);
}

document.addEventListener("cancel", (event) => {
  if (event.target.matches("[data-firm]")) event.preventDefault();
}, true);

// Secrets that are shown once don't stay in the page.
document.addEventListener("close", ({ target }) => {
  if (target.matches("[data-firm]")) show(target, Object.fromEntries([...target.querySelectorAll("[data-says]")].map((each) => [each.dataset.says, ""])));
}, true);

// ── Menus ───────────────────────────────────────────────────────────────────────────────────────

// `details.menu` works without a script; this adds the arrow keys, Escape, and closing when the focus leaves.
const entries = (menu) => [...menu.querySelectorAll("a, button, select")].filter((each) => !each.closest("summary"));

function shut(menu) {
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector("summary").focus();
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) return event.preventDefault(), shut(menu);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || menu.matches(".panel")) return;
  event.preventDefault();
  menu.open = true;
  const all = entries(menu);
  const at = all.indexOf(document.activeElement);
  all.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % all.length).focus();
});

// A form with two submit buttons isn't submitted by Enter, because only a button says which action is meant.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-by-press] input")) event.preventDefault();
});

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details.menu") || !target.open) return;
  target.classList.remove("up");
  const { bottom, height } = target.lastElementChild.getBoundingClientRect();
  target.classList.toggle("up", bottom > innerHeight && target.getBoundingClientRect().top > height + 8);
}, true);

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = target.closest?.("details.menu[open]");
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});

// ── Reading a form ──────────────────────────────────────────────────────────────────────────────

/** An input error that has to be fixed before the form is sent. */
class Wrong extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

const READ = {
  text: (field) => field.value.trim(),
  upper: (field) => field.value.trim().toUpperCase(),
  boolean: (field) => field.value === "true",
  number: (field) => Number(field.value),
  lines: (field) => field.value.split("\n").map((line) => line.trim()).filter(Boolean),
  percent: (field) => scaled(field, 2),
  money: (field) => scaled(field, decimals(field.form)),
};

// Moves the decimal point in the text, because 19.99 × 100 is 1998.9999999999998 in floating point.
function scaled(field, places) {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(field.value.trim()) ?? [];
  if (whole === undefined) throw new Wrong(field, "Enter a number, such as 10 or 12.5");
  if (fraction.length > places) {
    throw new Wrong(field, places ? `Use at most ${places} decimal places` : "Enter a whole number");
  }
  return Number(whole + fraction.padEnd(places, "0"));
}

// Returns how many decimal places a currency has: the browser knows ISO 4217.
function decimals(form) {
  const field = form.elements.namedItem("commission.currency");
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency: field.value.trim() });
    return format.resolvedOptions().maximumFractionDigits;
  } catch {
    throw new Wrong(field, "Enter three letters, such as EUR");
  }
}

// True for empty optional fields, and for unchanged fields of a form that several people may be editing at the same time.
const unsaid = (field) =>
  ("optional" in field.dataset && !field.value.trim()) ||
  ("touched" in field.form.dataset && field.value === field.defaultValue);

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(":disabled, [data-local]"));

function read(form) {
  const body = {};
  for (const field of fieldsOf(form)) {
    const { validity, dataset } = field;
    const bare = validity.valueMissing || (field.required && !field.value.trim());
    if (bare) throw new Wrong(field, dataset.missing ?? field.validationMessage);
    if (!validity.valid) throw new Wrong(field, dataset.wrong ?? field.validationMessage);
    if (dataset.type === "file") {
      Object.assign(body, announced(field));
      continue;
    }
    if (field.type === "radio" && !field.checked) continue;
    if (unsaid(field)) continue;

    const path = field.name.split(".");
    const name = path.pop();
    const place = path.reduce((inner, step) => (inner[step] ??= {}), body);
    if (dataset.type === "list") {
      place[name] ??= [];
      if (field.checked) place[name].push(field.value);
    } else if (field.type === "checkbox") {
      place[name] = field.checked;
    } else {
      place[name] = READ[dataset.type ?? "text"](field);
    }
  }
  if (form.matches("[data-many-form]") && !body.filter) Object.assign(body, picked());
  for (const group of form.querySelectorAll("[data-needs-one]:not(:disabled)")) {
    if (!group.querySelector(":checked")) throw new Wrong(group.querySelector("input"), group.dataset.needsOne);
  }
  return body;
}

// `data-when="name=value"` parts are shown and sent only while that field has that value.
function react(form) {
  const valueOf = (name) => {
    const control = form.elements.namedItem(name);
    return control.type === "checkbox" ? String(control.checked) : control.value;
  };
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split("=");
    part.hidden = part.disabled = valueOf(name) !== wanted;
  }
  // `data-live` shows what is typed, as it is typed.
  for (const place of form.querySelectorAll("[data-live]")) {
    place.textContent = place.dataset.live.replace(/\{(\w+)\}/g, (_, name) => valueOf(name).trim() || "…");
  }
  // `data-sum` shows the sum of the ticked boxes.
  for (const place of form.querySelectorAll("[data-sum]")) {
    const sum = [...form.querySelectorAll("[data-adds]:checked")].reduce((sum, { dataset }) => sum + Number(dataset.adds), 0);
    place.textContent = sum === 1 ? place.dataset.one : fill(place.dataset.sum, { sum: sum.toLocaleString("en") });
  }
}

// ── Errors ──────────────────────────────────────────────────────────────────────────────────────

// Shows the message at its field, otherwise at the top of the form, or as a toast where neither would be visible.
function blame(form, field, message, link) {
  const place = field ? placeAt(field) : form.querySelector("[data-error]");
  if (!place || form.closest("dialog")?.open === false) return toast(message, link);
  place.textContent = message;
  place.hidden = false;
  if (link) place.append(" ", link);
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  place.scrollIntoView({ block: "nearest" });
}

function placeAt(field) {
  const id = `${field.id || field.name + field.value}-error`;
  let place = document.getElementById(id);
  if (!place) {
    place = Object.assign(document.createElement("p"), { id, className: "error" });
    (field.closest("[data-needs-one], .unit") ?? field).insertAdjacentElement(field.closest("[data-needs-one]") ? "beforeend" : "afterend", place);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${id}`.trim());
  }
  return place;
}

// `data-after="code"` parts are shown and sent once the API has returned that error code: they let a person insist.
function offer(form, code) {
  for (const part of form.querySelectorAll("[data-after]")) part.hidden = part.disabled = part.dataset.after !== code;
}

function forgive(form) {
  for (const place of form.querySelectorAll(".error")) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

// Opens in another tab, so nothing typed in this one is lost.
function linkTo(href, label, tab) {
  return Object.assign(document.createElement("a"), { href, textContent: label, ...(tab && { target: "_blank", rel: "noopener" }) });
}

// ── Sending ─────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-api]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("[type=submit]");
  // Not `disabled`, which would lose the focus.
  if (button.getAttribute("aria-disabled") === "true") return;
  forgive(form);
  Object.assign(form.dataset, button.dataset); // with several buttons, each has its own action
  try {
    const body = read(form);
    mustBeSure(form);
    busy(button, form.dataset.sending);
    await send(form, body, button);
  } catch (problem) {
    if (!(problem instanceof Wrong)) throw problem;
    blame(form, problem.field, problem.message);
  } finally {
    idle(button);
  }
});

// API Gateway returns its own 429 when it throttles, and 503 when no function is available. Neither has one of our error
// codes, and nothing has been changed then, so the same request is repeated with a growing delay.
const BACKOFF_MS = [500, 1_500, 4_000];

async function call(path, options) {
  let response;
  for (const pause of [...BACKOFF_MS, 0]) {
    response = await fetch(path, options);
    if (!pause || !(await isThrottled(response))) break;
    await new Promise((wake) => setTimeout(wake, pause * (1 + Math.random())));
  }
  return response;
}

async function isThrottled(response) {
  return [429, 503].includes(response.status) && !(await response.clone().json().catch(() => ({})))?.error;
}

async function send(form, body, button) {
  const file = form.querySelector("[type=file]")?.files[0];
  const [method, path] = fill(form.dataset.api, { ...form.dataset, ...OF_ROW.get(form) }).split(" ");
  const json = method === "DELETE" ? undefined : JSON.stringify(body);
  // The same content keeps its idempotency key, so a retry after a lost response does nothing twice.
  const request = `${method} ${path} ${json}`;
  let attempt = ATTEMPT.get(form);
  if (attempt?.request !== request) ATTEMPT.set(form, (attempt = { request, key: crypto.randomUUID() }));

  let response, answer;
  try {
    response = await call(path, {
      method,
      body: json,
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": attempt.key },
      signal: AbortSignal.timeout(20_000),
    });
    answer = await response.json().catch(() => ({}));
  } catch {
    return blame(form, null, "We couldn’t reach the server. Please try again: nothing will be done twice.");
  }
  if (response.ok && file && !(await upload(form, file, answer.upload))) return;
  if (response.ok) return done(form, body, answer);
  if (response.status === 401) {
    return blame(form, null, "Your session has expired. Sign in in a new tab, then try again here.", linkTo(document.body.dataset.login, "Sign in (new tab)", true));
  }
  if (answer.error === "sign_in_again") return signInAgain(() => form.requestSubmit(button));
  if (answer.error === "changed_meanwhile" && form.dataset.changed) return takeUp(form);
  offer(form, answer.error);
  const { field, id } = answer.detail ?? {};
  const named = field && fieldsOf(form).find((each) => each.type !== "radio" && within(each.name, field));
  const message = [429, 503].includes(response.status) && !answer.error
    ? "The portal is very busy right now. Nothing was changed. Please try again in a minute."
    : answer.message ?? "Something went wrong on our end. Please try again: nothing will be done twice.";
  const link = id && form.dataset.into && linkTo(fill(form.dataset.refresh, { id }), "View");
  blame(form, named, message, link);
}

// The API names a nested field `commission.amount`, and an entry of a list `allowedHosts[1]`.
const inside = (one, other) => one.startsWith(`${other}.`) || one.startsWith(`${other}[`);
const within = (one, other) => one === other || inside(one, other) || inside(other, one);

// Someone else may be using this browser, so the admin signs in again. That happens in another tab, because this one holds
// what was typed.
let retry;

function signInAgain(then) {
  retry = then;
  const dialog = document.getElementById("again");
  dialog.querySelector("form").elements.back.value = location.pathname + location.search;
  mailed(dialog, false);
  dialog.showModal();
}

function mailed(dialog, isSent) {
  dialog.querySelector("form").hidden = isSent;
  dialog.querySelector("[data-mailed]").hidden = !isSent;
}

document.addEventListener("submit", ({ target }) => {
  // Only after the browser has read the form.
  if (target.matches("[data-again]")) setTimeout(() => mailed(target.closest("dialog"), true));
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-retries]")) return;
  target.closest("dialog").close();
  retry();
});

async function done(form, body, answer) {
  ATTEMPT.delete(form);
  const values = { ...form.dataset, ...OF_ROW.get(form), ...body, ...answer };
  if (form.dataset.polls) return follow(form, values);
  if (form.matches("[data-many-form]")) pickNone();
  if (form.dataset.goes) return leave(fill(form.dataset.goes, values));
  form.closest("dialog")?.close();
  form.reset();
  react(form);
  const next = form.dataset.then && Object.assign(document.createElement("button"), { type: "button", textContent: form.dataset.thenLabel });
  next?.addEventListener("click", () => open(document.getElementById(form.dataset.then), document.getElementById(values.id), next));
  toast(fill(form.dataset.done, values), next);
  if (form.dataset.reveals) {
    const dialog = document.getElementById(form.dataset.reveals);
    show(dialog, values);
    dialog.showModal();
  }
  const shown = await refresh(fill(form.dataset.refresh, values), form.dataset.swaps ?? values.id, form.dataset.into);
  if (!shown) toast("Reload the page to see the change.");
}

// Follows work that continues after the response: polls its status until it ends, also while the dialog is closed.
async function follow(form, values) {
  const place = form.querySelector("[data-progress]");
  const submit = form.querySelector("[type=submit]");
  place.textContent = form.dataset.waiting;
  place.hidden = false;
  submit.hidden = true;
  let job = values;
  const until = Date.now() + 15 * 60_000;
  for (let pause = 500; !["completed", "failed"].includes(job.state); pause = Math.min(pause * 1.5, 5_000)) {
    await new Promise((wake) => setTimeout(wake, pause));
    const ask = { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) };
    const answer = await fetch(fill(form.dataset.polls, values), ask).catch(() => null);
    const refused = answer && answer.status < 500 && answer.status !== 429;
    if (answer?.ok) job = await answer.json();
    else if (refused || Date.now() > until) job = { state: "failed" };
  }
  submit.hidden = false;
  place.hidden = true;
  if (job.state === "failed") return blame(form, null, form.dataset.failed);
  const words = fill((job.rows !== undefined && form.dataset.counted) || form.dataset.done, job);
  const link = () => Object.assign(linkTo(job.url, "Download"), { download: "" });
  if (!form.closest("dialog").open) return toast(words, link());
  place.hidden = false;
  place.replaceChildren(words, " ", link());
}

// The button stays busy until the next page is loaded, so it can't be clicked twice.
async function leave(address) {
  location.assign(address);
  await new Promise((gone) => addEventListener("pagehide", gone, { once: true }));
}

// Downloads from a URL that is created on demand.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-fetches]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  busy(button, button.dataset.sending);
  const ask = { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) };
  const answer = await call(button.dataset.fetches, ask).then((response) => response.ok && response.json()).catch(() => null);
  idle(button);
  if (!answer?.url) return toast(button.dataset.failed);
  Object.assign(linkTo(answer.url, ""), { download: "" }).click();
});

function busy(button, label) {
  LABEL.set(button, [...button.childNodes]);
  button.setAttribute("aria-disabled", "true");
  button.textContent = label;
}

function idle(button) {
  if (button.getAttribute("aria-disabled") !== "true") return;
  button.removeAttribute("aria-disabled");
  button.replaceChildren(...LABEL.get(button));
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

// The API first gets a file's size and name; the file itself is uploaded to the URL in the response.
function announced(field) {
  const [{ size, name }] = field.files;
  if (!size) throw new Wrong(field, field.dataset.empty);
  if (size > Number(field.dataset.most)) throw new Wrong(field, field.dataset.large);
  return { size, fileName: name };
}

function inBytes(size) {
  const [unit, each] = size < 1024 ? ["byte", 1] : size < 1024 ** 2 ? ["kilobyte", 1024] : ["megabyte", 1024 ** 2];
  const unitDisplay = unit === "byte" ? "long" : "short";
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 }).format(size / each);
}

// XMLHttpRequest, because `fetch` doesn't report upload progress.
async function upload(form, file, { method, url }) {
  const place = form.querySelector("[data-upload]");
  const bar = place.querySelector("progress");
  const zone = form.querySelector("[data-drop]");
  const stay = (event) => event.preventDefault();
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (place.hidden && loaded < total) say(place.querySelector("label").textContent);
    place.hidden &&= loaded === total;
    bar.value = total ? loaded / total : 0;
    place.querySelector("[data-sent]").textContent = `${inBytes(loaded)} of ${inBytes(total)}`;
  });
  zone.inert = true; // a file chosen now would not be the one that is uploaded
  addEventListener("beforeunload", stay);
  const status = await new Promise((ended) => {
    request.addEventListener("loadend", () => ended(request.status));
    request.open(method, url);
    request.send(file);
  });
  removeEventListener("beforeunload", stay);
  zone.inert = false;
  if (status >= 200 && status < 300) return true;
  place.hidden = true;
  // A URL that rejected the file would reject it again. One that couldn't be reached may accept it later.
  if (status) ATTEMPT.delete(form);
  blame(form, null, form.dataset.brokeOff);
  return false;
}

function tellFile(field) {
  const zone = field.closest("[data-drop]");
  const [file] = field.files;
  const [name, size] = [zone.querySelector("[data-file-name]"), zone.querySelector("[data-file-size]")];
  zone.classList.toggle("full", Boolean(file));
  name.textContent = file?.name ?? name.dataset.before;
  size.textContent = file ? `${inBytes(file.size)} · choose another` : size.dataset.before;
}

// A file may be dropped anywhere on a page with a drop zone: next to the zone, the browser would open it instead.
const dropZone = document.querySelector("[data-drop]");
if (dropZone) {
  const field = dropZone.querySelector("[type=file]");
  const isFile = (event) => event.dataTransfer?.types.includes("Files");
  field.addEventListener("input", () => {
    ATTEMPT.delete(field.form); // a file of the same name and size may have other content
    tellFile(field);
  });
  addEventListener("pageshow", () => tellFile(field)); // browsers keep the file when a person comes back to the page
  addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    dropZone.classList.add("over");
  });
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) dropZone.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    dropZone.classList.remove("over");
    if (!isFile(event)) return;
    event.preventDefault();
    if (dropZone.inert) return;
    const { files, items } = event.dataTransfer;
    forgive(field.form);
    if (files.length !== 1 || items[0]?.webkitGetAsEntry?.()?.isDirectory) return blame(field.form, field, field.dataset.many);
    field.files = files;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// ── Email preview ───────────────────────────────────────────────────────────────────────────────

// A dialog previews the email that its form would send. A separate form loads the email into a frame, because a frame
// filled from here couldn't have styles, and a URL would leave names in the browser's history.
const PREVIEW_TURN = new WeakMap(); // preview → how many times it has been requested

function sketched(form, { mail }) {
  const body = { mail };
  for (const field of fieldsOf(form)) {
    const { name, value, checked, dataset } = field;
    if (unsaid(field)) continue;
    if (dataset.type === "list") {
      body[name] ??= [];
      if (checked) body[name].push(value);
    } else if (["name", "note", "reason"].includes(name)) body[name] = value;
    else if (name === "sameFileAs") body.import = value;
  }
  if (form.dataset.id) body.partner = form.dataset.id;
  return body;
}

async function look(preview, wait) {
  const form = preview.closest("form");
  const turn = (PREVIEW_TURN.get(preview) ?? 0) + 1;
  PREVIEW_TURN.set(preview, turn);
  await new Promise((wake) => setTimeout(wake, wait));
  const stale = () => turn !== PREVIEW_TURN.get(preview) || !preview.open;
  if (stale()) return;
  const brand = preview.dataset.preview;
  const body = JSON.stringify(sketched(form, preview.dataset));
  const headers = { "content-type": "application/json", accept: "application/json" };
  const ask = { method: "POST", body, headers, signal: AbortSignal.timeout(20_000) };
  const response = await call(`/api/t/${brand}/preview`, ask).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (stale()) return;
  const problem = preview.querySelector("[data-mail-problem]");
  problem.hidden = Boolean(response?.ok);
  problem.textContent = response?.ok ? "" : (answer?.message ?? "We couldn’t reach the server. Change something to try again.");
  if (!response?.ok) return;
  preview.querySelector("[data-mail-from]").textContent = `${answer.from} · Reply to ${answer.replyTo}`;
  preview.querySelector("[data-mail-subject]").textContent = answer.subject;
  preview.querySelector("[data-mail-text]").textContent = answer.text;
  framed(preview.querySelector("[data-mail-frame]"), `/t/${brand}/admin/preview`, body);
}

// A new frame each time: navigating an existing one would add an entry to the browser's history.
function framed(place, action, body) {
  const name = `preview-${crypto.randomUUID()}`;
  const frame = Object.assign(document.createElement("iframe"), { name, title: "Email preview", sandbox: "" });
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "preview", value: body });
  const form = Object.assign(document.createElement("form"), { method: "post", action, target: name, hidden: true });
  form.append(field);
  place.append(frame);
  document.body.append(form);
  frame.addEventListener("load", () => {
    for (const old of [...place.children]) if (old !== frame) old.remove();
  });
  form.submit();
  form.remove();
}

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("[data-preview]") || !target.open) return;
  target.scrollIntoView({ block: "start" });
  look(target, 0);
}, true);

document.addEventListener("input", ({ target }) => {
  const preview = target.closest("form")?.querySelector("[data-preview][open]");
  if (preview) look(preview, 400);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-shows-as]");
  if (!button) return;
  const preview = button.closest("[data-preview]");
  const as = button.dataset.showsAs;
  for (const each of preview.querySelectorAll("[data-shows-as]")) each.setAttribute("aria-pressed", String(each === button));
  preview.querySelector("[data-mail-frame]").hidden = as !== "html";
  preview.querySelector("[data-mail-text]").hidden = as !== "text";
});

// ── Branding ────────────────────────────────────────────────────────────────────────────────────

// Uploads a file as soon as it is chosen.
document.addEventListener("change", async ({ target }) => {
  const form = target.closest("[data-puts]");
  const [file] = target.files ?? [];
  if (!form || !file) return;
  const button = form.querySelector(".button");
  const place = document.getElementById(`${target.id}-error`);
  const refuse = (message) => {
    place.textContent = message;
    place.hidden = false;
    target.value = ""; // the same file can be chosen again after it has been changed
  };
  place.hidden = true;
  if (file.size > Number(form.dataset.most)) return refuse(form.dataset.large);
  busy(button, form.dataset.sending);
  const headers = { "content-type": file.type || "application/octet-stream", accept: "application/json" };
  const ask = { method: "PUT", body: file, headers, signal: AbortSignal.timeout(20_000) };
  const response = await call(form.dataset.puts, ask).catch(() => null);
  if (response?.ok) return leave(form.dataset.goes);
  const answer = await response?.json().catch(() => null);
  idle(button);
  refuse(answer?.message ?? "We couldn’t reach the server. Please try again.");
});

// The API that checks a brand colour also computes its shades, so the samples look as pages and emails will.
const accent = document.querySelector("[data-accent]");
if (accent) {
  const { form } = accent;
  const picker = form.querySelector("[data-picks]");
  const verdict = form.querySelector("[data-verdict]");
  const button = verdict.querySelector("[data-takes]");
  let turn = 0;

  async function wear() {
    const mine = ++turn;
    const colour = accent.value.trim() || accent.placeholder;
    if (!/^#[0-9a-f]{6}$/i.test(colour)) return;
    picker.value = colour.toLowerCase();
    await new Promise((wake) => setTimeout(wake, 150));
    if (mine !== turn) return;
    const ask = { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) };
    const answer = await call(`${accent.dataset.accent}?${new URLSearchParams({ colour })}`, ask)
      .then((response) => response.ok && response.json())
      .catch(() => null);
    if (!answer || mine !== turn) return;
    for (const ground of ["light", "dark"]) {
      const { style } = form.querySelector(`.sample.${ground}`);
      const shades = answer[ground];
      style.setProperty("--fill", shades.fill);
      style.setProperty("--on-fill", shades.onFill);
      style.setProperty("--text", shades.text);
    }
    verdict.hidden = answer.fits;
    verdict.querySelector("span").textContent = answer.fits ? "" : fill(verdict.dataset.pale, answer);
    button.dataset.takes = answer.nearest;
  }

  function take(colour) {
    accent.value = colour;
    accent.dispatchEvent(new Event("input", { bubbles: true }));
  }

  accent.addEventListener("input", wear);
  picker.addEventListener("input", () => take(picker.value));
  button.addEventListener("click", () => {
    take(button.dataset.takes);
    accent.focus();
  });
  wear();
}

// ── Refreshing ──────────────────────────────────────────────────────────────────────────────────

// Loads the page again, and replaces the element with this ID, or inserts it at the top of `into`.
async function refresh(url, id, into) {
  const page = await load(url);
  const fresh = page?.getElementById(id);
  if (!fresh) return false;
  const old = document.getElementById(id);
  const count = document.querySelector("[data-count]");
  const counted = page.querySelector("[data-count]")?.textContent;
  if (old) {
    replace(old, fresh);
  } else {
    document.getElementById(into).prepend(fresh);
    for (const empty of document.querySelectorAll("[data-empty]")) empty.hidden = true;
    for (const list of document.querySelectorAll("[data-list]")) list.hidden = false;
    if (count && /^\d+$/.test(count.textContent)) count.textContent = Number(count.textContent) + 1;
  }
  // A page with a single row has no count; that of a whole page is right.
  if (count && counted) count.textContent = counted;
  fresh.classList.add("fresh");
  WAKE.get(id)?.(); // the action may have started something that is now watched
  watchNext();
  return true;
}

async function load(url) {
  try {
    const response = await call(url, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(20_000) });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null;
  }
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(fresh);
  tick();
  if (!focused) return;
  // The focus stays where it was, or moves to the button of the menu that it was in.
  const at = focused.closest(".menu")?.querySelector("summary") ?? focused;
  const all = "a, button, summary, input, select";
  const place = [...old.querySelectorAll(all)].indexOf(at);
  const fresher = [...fresh.querySelectorAll(all)];
  (fresher[place] ?? fresher[0])?.focus();
}

// ── Polling ─────────────────────────────────────────────────────────────────────────────────────

const AT_ONCE = 6; // a page of a large import must not poll a hundred rows at the same time
const GIVE_UP_MS = 120_000;
const watched = new Set(); // IDs of rows that are polled, or that we gave up
let watching = 0;

function watchNext() {
  for (const row of document.querySelectorAll("[data-poll]")) {
    if (watching >= AT_ONCE) return;
    if (!watched.has(row.id)) watch(row.id);
  }
}

// Polls less and less often, and gives up; but an element with a `data-pace` is polled at that pace until it is done.
async function watch(id) {
  watched.add(id);
  watching += 1;
  let until = Date.now() + GIVE_UP_MS;
  let pause = 500;
  while (Date.now() < until) {
    await new Promise((wake) => {
      WAKE.set(id, wake);
      setTimeout(wake, pause);
    });
    const row = document.getElementById(id);
    if (!row?.dataset.poll) {
      watched.delete(id);
      break;
    }
    const { poll, pace } = row.dataset;
    if (pace) until = Date.now() + GIVE_UP_MS;
    if (document.hidden) {
      until += pause;
      continue;
    }
    const fresh = (await load(poll))?.getElementById(id);
    // Replaces a row only if it has changed, and never one that was replaced in the meantime or has an open menu or dialog.
    const free = row.isConnected && !row.querySelector("details[open], dialog[open]");
    if (fresh && free && fresh.outerHTML !== row.outerHTML) {
      const words = fresh.dataset.aloud;
      replace(row, fresh);
      if (words && words !== row.dataset.aloud) say(words);
    }
    // The row that is in the page now sets the delay: this response's, or one that replaced it in the meantime.
    const next = document.getElementById(id)?.dataset.pace;
    pause = fresh && next ? Number(next) : Math.min(pause * 1.5, pace ? 30_000 : 5_000);
  }
  watching -= 1;
  watchNext();
}

// Requests new numbers once if they are out of date; the element that shows them is polled until they arrive.
for (const { dataset } of document.querySelectorAll("[data-asks]")) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  call(dataset.asks, { method: "POST", headers, body: "{}" }).catch(() => {});
}

// ── Bulk actions ────────────────────────────────────────────────────────────────────────────────

const SURE_FROM = 6; // from this many partners on, the admin types the number to confirm
const PICKED_MAX = 1_000; // the API's limit on partner IDs
const WORDS_OF_LIST = ["q", "state", "mail", "program", "source"];

const bar = document.querySelector("[data-many-bar]");
const words = Object.fromEntries([...new URLSearchParams(location.search)].filter(([name, value]) => WORDS_OF_LIST.includes(name) && value.trim()));
const KEEPS = `picked ${location.pathname} ${JSON.stringify(words)}`;

// The selection of this list is stored for as long as the tab is open, so it survives paging.
let ticked = new Set(bar ? JSON.parse(sessionStorage.getItem(KEEPS) ?? "[]") : []);
let everybody = null; // text with the number of matches, once all of them are selected

const picked = () => (everybody === null ? { partnerIds: [...ticked] } : { filter: words });

function pickNone() {
  ticked = new Set();
  everybody = null;
  if (bar) tick();
}

// Shows the selection.
function tick() {
  if (!bar) return;
  const boxes = [...document.querySelectorAll("[data-pick]")];
  for (const box of boxes) box.checked = everybody !== null || ticked.has(box.value);
  const on = boxes.filter((box) => box.checked).length;
  const page = document.querySelector("[data-pick-page]");
  page.checked = on > 0 && on === boxes.length;
  page.indeterminate = on > 0 && on < boxes.length;
  const elsewhere = ticked.size - boxes.filter((box) => ticked.has(box.value)).length;
  const some = `${ticked.size.toLocaleString("en")} selected${elsewhere ? `, ${elsewhere.toLocaleString("en")} of them on other pages` : ""}`;
  bar.querySelector("[data-many-count]").textContent = everybody ?? some;
  bar.querySelector("[data-many-page]").hidden = everybody !== null || on === boxes.length;
  const all = bar.querySelector("[data-many-all]");
  if (all) all.hidden = everybody !== null;
  bar.hidden = !ticked.size && everybody === null;
  sessionStorage.setItem(KEEPS, JSON.stringify([...ticked]));
}

function pick(boxes, on) {
  everybody = null;
  for (const { value } of boxes) on ? ticked.add(value) : ticked.delete(value);
  if (ticked.size > PICKED_MAX) {
    for (const { value } of boxes) ticked.delete(value);
    toast("You can select up to 1,000. To select more, filter and choose “Select all matching”.");
  }
  tick();
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-pick]")) pick([target], target.checked);
  if (target.matches("[data-pick-page]")) pick(document.querySelectorAll("[data-pick]"), target.checked);
  const form = target.closest("form[data-many-form]");
  if (form && !target.matches("[data-local], textarea, [name=notify]")) preview(form);
});

// Enter moves the focus to the actions, so keyboard users needn't tab past all other rows.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-pick], [data-pick-page]") || !bar || bar.hidden) return;
  event.preventDefault();
  bar.querySelector("summary").focus();
});

bar?.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-many-page]")) pick(document.querySelectorAll("[data-pick]"), true);
  if (target.closest("[data-many-none]")) {
    pickNone();
    document.querySelector("[data-pick-page]").focus();
  }
  if (!target.closest("[data-many-all]")) return;
  everybody = "All matching partners";
  tick();
  const form = document.querySelector("form[data-many-form]");
  const told = await ask(form, { action: "reinstate", filter: words, dryRun: true });
  if (told && everybody !== null) everybody = `All ${told.more ? "of more than " : ""}${told.partners.toLocaleString("en")} selected`;
  tick();
});

// Requests a dry run from the API that performs the action.
async function ask(form, body) {
  const [method, path] = form.dataset.api.split(" ");
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await call(path, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

// Counts the partners before anything is changed, and again whenever the form changes.
async function preview(form) {
  const place = form.querySelector("[data-preview]");
  const [wait, told] = [place.querySelector("[data-preview-wait]"), place.querySelector("[data-preview-told]")];
  const submit = form.querySelector("[type=submit]");
  const sure = form.querySelector("[data-sure]");
  submit.dataset.plain ??= submit.textContent;
  submit.textContent = submit.dataset.plain;
  submit.disabled = true;
  wait.textContent = "Counting…";
  [wait.hidden, told.hidden] = [false, true];
  const { reason, notify, ...body } = read(form);
  const asked = (form.dataset.asked = crypto.randomUUID());
  const came = await ask(form, { ...body, dryRun: true });
  if (form.dataset.asked !== asked) return; // the form has been changed in the meantime
  if (!came) return void (wait.textContent = "We couldn’t count the partners. Close this and try again.");
  const { touched, partners, more, outcomes } = came;
  const number = touched.toLocaleString("en");
  form.dataset.counted = touched;
  for (const each of place.querySelectorAll("[data-touched]")) each.textContent = number;
  place.querySelector("[data-seen]").textContent = partners.toLocaleString("en");
  place.querySelector("[data-preview-more]").hidden = !more;
  place.querySelector("[data-preview-some]").hidden = !touched && !more;
  place.querySelector("[data-preview-none]").hidden = Boolean(touched || more);
  for (const line of place.querySelectorAll("[data-outcome]")) {
    const count = outcomes[line.dataset.outcome] ?? 0;
    line.hidden = !count;
    line.querySelector("[data-figure]").textContent = count.toLocaleString("en");
  }
  for (const walk of form.querySelectorAll("[data-many-walk]")) walk.hidden = !body.filter;
  if (sure) {
    sure.hidden = touched < SURE_FROM;
    sure.querySelector("[data-sure-number]").textContent = number;
    sure.querySelector("input").value = "";
  }
  [wait.hidden, told.hidden] = [true, false];
  submit.disabled = !touched && !more;
  if (touched && !more) submit.textContent = fill(form.dataset.label, { touched: number });
}

function mustBeSure(form) {
  const field = form.querySelector("[data-sure]:not([hidden]) input");
  if (field && field.value.replace(/\D/g, "") !== form.dataset.counted) throw new Wrong(field, field.dataset.wrong);
}

tick();
addEventListener("pageshow", tick); // browsers keep ticked boxes when a person comes back to the page

// ── Small helpers ───────────────────────────────────────────────────────────────────────────────

function toast(text, link) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  if (link) note.append(" ", link);
  note.addEventListener("click", () => note.remove());
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 8_000);
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-api]");
  if (!form) return;
  // One box that ticks all boxes of a name.
  if (target.dataset.ticks) for (const box of form.querySelectorAll(`[name="${target.dataset.ticks}"]`)) box.checked = target.checked;
  react(form);
  if (target.getAttribute("aria-invalid")) forgive(form);
});

// The URL of a search contains only the fields that are filled in.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.method !== "get") return;
  for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
});

// A secret is loaded only when it is to be shown, and is gone when the page is left.
async function reveal(shower) {
  const secret = document.getElementById(shower.dataset.shows);
  if (secret.hidden && !secret.textContent) {
    const ask = { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20_000) };
    const answer = await call(shower.dataset.from, ask).then((response) => response.json()).catch(() => ({}));
    if (answer.error === "sign_in_again") return signInAgain(() => reveal(shower));
    secret.textContent = answer[shower.dataset.reads] ?? "";
    if (!secret.textContent) return toast(answer.message ?? "We couldn’t reach the server. Please try again.");
  }
  secret.hidden = !secret.hidden;
  secret.parentElement.querySelector("[data-dots]").hidden = !secret.hidden;
  shower.setAttribute("aria-expanded", String(!secret.hidden));
  shower.textContent = secret.hidden ? "Show" : "Hide";
  for (const copier of document.querySelectorAll(`[data-copies-shown="${secret.id}"]`)) {
    copier.dataset.copy = secret.textContent;
    copier.hidden = secret.hidden;
  }
}

document.addEventListener("click", async ({ target }) => {
  const shower = target.closest("[data-shows]");
  if (shower) reveal(shower);
  const copier = target.closest("[data-copy]");
  if (!copier || LABEL.has(copier)) return;
  const copied = await copy(copier.dataset.copy, copier);
  if (!copied) return toast("Couldn’t copy. Please select and copy it manually.");
  LABEL.set(copier, [...copier.childNodes]);
  copier.textContent = "Copied";
  say("Copied");
  setTimeout(() => {
    copier.replaceChildren(...LABEL.get(copier));
    LABEL.delete(copier);
  }, 2_000);
});

// Announces to screen readers what others see.
function say(words) {
  const note = Object.assign(document.createElement("p"), { className: "unseen", textContent: words });
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 2_000);
}

// Pages without HTTPS have no clipboard API, but an old command.
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen", readOnly: true });
    near.after(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    near.focus();
    return copied;
  }
}

// Groups the code as it is typed: XXXX-XXXX. Only at the end of the field, so the cursor never jumps.
document.querySelector("[data-code]")?.addEventListener("input", ({ target, inputType }) => {
  if (target.selectionEnd !== target.value.length || inputType?.startsWith("delete")) return;
  const typed = target.value.replace(/[^0-9a-z]/gi, "").toUpperCase();
  target.value = typed.length > 3 ? `${typed.slice(0, 4)}-${typed.slice(4)}` : typed;
});

// Email scanners open every link, and some run scripts, but only people move a pointer or press keys. The first such event
// is reported once, for the brand's funnel. Nothing on the page depends on it.
const fromMail = document.querySelector("form[data-opened]");
if (fromMail) {
  const told = new AbortController();
  const tell = ({ isTrusted }) => {
    if (!isTrusted) return;
    told.abort();
    const body = new URLSearchParams({ token: fromMail.elements.namedItem("token").value });
    fetch(fromMail.dataset.opened, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  for (const hand of ["pointermove", "pointerdown", "touchstart", "keydown"]) addEventListener(hand, tell, { signal: told.signal, passive: true });
}

// On a narrow screen the navigation scrolls: brings the current entry into view.
const current = document.querySelector(".top nav [aria-current]");
if (current) current.parentElement.scrollLeft = current.offsetLeft - (innerWidth - current.offsetWidth) / 2;

// Browsers may have kept ticked boxes when a person comes back to a form.
for (const form of document.querySelectorAll("form[data-api]:has([data-when])")) react(form);

watchNext();
