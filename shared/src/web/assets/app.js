// The one script: opens dialogs, sends `form[data-api]` to the API as JSON, and refreshes what changed.
// Signing in and out never needs it, and pages show their data without it.

const LABEL = new WeakMap(); // what a button said before it was pressed
const ATTEMPT = new WeakMap(); // form → what was sent last and under which idempotency key

document.documentElement.classList.add("js");

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// ── Dialogs ─────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens), opener.closest("[data-row]"));
  if (target.closest("[data-closes]")) target.closest("dialog").close();
});

// One dialog serves all rows: it starts from the row's `data-field`s. A dialog of no row keeps what
// was typed before it was closed, so a slip of the hand loses nothing.
function open(dialog, row) {
  const form = dialog.querySelector("form");
  if (row) {
    form.reset();
    form.dataset.id = row.id;
    const values = {};
    for (const source of row.querySelectorAll("[data-field]")) {
      const field = form.elements.namedItem(source.dataset.field);
      values[source.dataset.field] = source.textContent;
      if (field?.type === "checkbox") field.checked = source.textContent === "true";
      else if (field) field.value = source.textContent;
    }
    form.dataset.name = values.name;
    for (const place of dialog.querySelectorAll("[data-says]")) place.textContent = values[place.dataset.says];
  }
  forgive(form);
  react(form);
  dialog.showModal();
}

// ── Reading a form ──────────────────────────────────────────────────────────────────────────────

/** Something to be corrected before anything is sent. */
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

// Moves the decimal point by text alone: 19.99 × 100 is 1998.9999999999998 in floating point.
function scaled(field, places) {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(field.value.trim()) ?? [];
  if (whole === undefined) throw new Wrong(field, "A plain number, please, like 10 or 12.5");
  if (fraction.length > places) {
    throw new Wrong(field, places ? `At most ${places} digits after the point` : "A whole number, please");
  }
  return Number(whole + fraction.padEnd(places, "0"));
}

// How many digits a currency has after the point: the browser knows ISO 4217.
function decimals(form) {
  const field = form.elements.namedItem("commission.currency");
  try {
    const format = new Intl.NumberFormat("en", { style: "currency", currency: field.value.trim() });
    return format.resolvedOptions().maximumFractionDigits;
  } catch {
    throw new Wrong(field, "Three letters, like EUR");
  }
}

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.matches(":disabled, [data-local]"));

function read(form) {
  const body = {};
  for (const field of fieldsOf(form)) {
    const { validity, dataset } = field;
    const bare = validity.valueMissing || (field.required && !field.value.trim());
    if (bare) throw new Wrong(field, dataset.missing ?? field.validationMessage);
    if (!validity.valid) throw new Wrong(field, dataset.wrong ?? field.validationMessage);
    if (field.type === "radio" && !field.checked) continue;

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
  for (const group of form.querySelectorAll("[data-needs-one]:not(:disabled)")) {
    if (!group.querySelector(":checked")) throw new Wrong(group.querySelector("input"), group.dataset.needsOne);
  }
  return body;
}

// `data-when="name=value"` parts are there, and sent, only while that field has that value.
function react(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split("=");
    const control = form.elements.namedItem(name);
    const value = control.type === "checkbox" ? String(control.checked) : control.value;
    part.hidden = part.disabled = value !== wanted;
  }
}

// ── Errors ──────────────────────────────────────────────────────────────────────────────────────

// At the field when it is about one, else on top of the form; a toast where neither would be seen.
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

function forgive(form) {
  for (const place of form.querySelectorAll(".error")) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

// The form stays as it is in this tab, so nothing typed is lost.
function linkTo(href, label, tab) {
  return Object.assign(document.createElement("a"), { href, textContent: label, ...(tab && { target: "_blank", rel: "noopener" }) });
}

// ── Sending ─────────────────────────────────────────────────────────────────────────────────────

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-api]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  // Not `disabled`, which would take the focus away.
  if (button.getAttribute("aria-disabled") === "true") return;
  forgive(form);
  try {
    const body = read(form);
    busy(button, form.dataset.sending);
    await send(form, body);
  } catch (problem) {
    if (!(problem instanceof Wrong)) throw problem;
    blame(form, problem.field, problem.message);
  } finally {
    idle(button);
  }
});

async function send(form, body) {
  const [method, path] = fill(form.dataset.api, form.dataset).split(" ");
  const json = JSON.stringify(body);
  // The same content keeps its key, so trying again after a lost answer does nothing twice.
  const request = `${method} ${path} ${json}`;
  let attempt = ATTEMPT.get(form);
  if (attempt?.request !== request) ATTEMPT.set(form, (attempt = { request, key: crypto.randomUUID() }));

  let response, answer;
  try {
    response = await fetch(path, {
      method,
      body: json,
      headers: { "content-type": "application/json", accept: "application/json", "idempotency-key": attempt.key },
      signal: AbortSignal.timeout(20_000),
    });
    answer = await response.json().catch(() => ({}));
  } catch {
    return blame(form, null, "We couldn’t reach the server, so we don’t know if this arrived. Please try again: it won’t be done twice.");
  }
  if (response.ok) return done(form, body, answer);
  if (response.status === 401) {
    return blame(form, null, "Your session has ended. Sign in again, then come back and send this once more.", linkTo(document.body.dataset.login, "Sign in (new tab)", true));
  }
  const { field, id } = answer.detail ?? {};
  const named = field && fieldsOf(form).find((each) => each.type !== "radio" && within(each.name, field));
  const message = answer.message ?? "Something went wrong on our side. Please try again: nothing is done twice.";
  const link = id && form.dataset.into && linkTo(fill(form.dataset.refresh, { id }), "Show");
  blame(form, named, message, link);
}

// The API names a field inside another as `commission.amount`, and one of a list as `allowedHosts[1]`.
const inside = (one, other) => one.startsWith(`${other}.`) || one.startsWith(`${other}[`);
const within = (one, other) => one === other || inside(one, other) || inside(other, one);

async function done(form, body, answer) {
  ATTEMPT.delete(form);
  const values = { ...form.dataset, ...body, ...answer };
  form.closest("dialog")?.close();
  form.reset();
  react(form);
  toast(fill(form.dataset.done, values));
  const shown = await refresh(fill(form.dataset.refresh, values), values.id, form.dataset.into);
  if (!shown) toast("Reload the page to see the change.");
}

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

// ── Refreshing ──────────────────────────────────────────────────────────────────────────────────

// Takes the element with this id out of a fresh page and puts it where the old one is, or on top of `into`.
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
  // A page of a single row doesn't count, a whole one knows best.
  if (count && counted) count.textContent = counted;
  fresh.classList.add("fresh");
  watchNext();
  return true;
}

async function load(url) {
  try {
    const response = await fetch(url, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(20_000) });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null;
  }
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  old.replaceWith(fresh);
  if (focused) (fresh.querySelector(`[data-opens="${focused.dataset.opens}"]`) ?? fresh.querySelector("button, a"))?.focus();
}

// ── Watching mail on its way ────────────────────────────────────────────────────────────────────

const AT_ONCE = 6; // a page of a big import must not ask for a hundred rows at a time
const GIVE_UP_MS = 120_000;
const watched = new Set(); // ids of rows that are being asked for, or were given up
let watching = 0;

function watchNext() {
  for (const row of document.querySelectorAll("[data-poll]")) {
    if (watching >= AT_ONCE) return;
    if (!watched.has(row.id)) watch(row.id);
  }
}

async function watch(id) {
  watched.add(id);
  watching += 1;
  let until = Date.now() + GIVE_UP_MS;
  for (let pause = 500; Date.now() < until; pause = Math.min(pause * 1.5, 5_000)) {
    await new Promise((wake) => setTimeout(wake, pause));
    const row = document.getElementById(id);
    if (!row?.dataset.poll) {
      watched.delete(id);
      break;
    }
    if (document.hidden) {
      until += pause;
      continue;
    }
    const fresh = (await load(row.dataset.poll))?.getElementById(id);
    // Nothing moves unless something changed, and never under a newer row that came meanwhile.
    if (fresh && row.isConnected && fresh.outerHTML !== row.outerHTML) replace(row, fresh);
  }
  watching -= 1;
  watchNext();
}

// ── Small things ────────────────────────────────────────────────────────────────────────────────

function toast(text, link) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: text });
  if (link) note.append(" ", link);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 8_000);
}

for (const form of document.querySelectorAll("form[data-api]")) {
  form.noValidate = true; // we say what is wrong at the field, in our own words
  form.addEventListener("input", ({ target }) => {
    react(form);
    if (target.getAttribute("aria-invalid")) forgive(form);
  });
}

// Groups the code as it is read: XXXX-XXXX. Only at the end of the field, so the cursor never jumps.
document.querySelector("[data-code]")?.addEventListener("input", ({ target, inputType }) => {
  if (target.selectionEnd !== target.value.length || inputType?.startsWith("delete")) return;
  const typed = target.value.replace(/[^0-9a-z]/gi, "").toUpperCase();
  target.value = typed.length > 3 ? `${typed.slice(0, 4)}-${typed.slice(4)}` : typed;
});

watchNext();
