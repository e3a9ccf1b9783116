// The task pane: scenarios and functions come from the server, results go into the sheet.
const at = (id) => document.getElementById(id);
const status = at("status");
let pane = { prefix: "", functions: [], scenarios: [] };
let own; // the scenario that was read from the workbook or the tables
let valuesRead; // of the tables, when they were read
const tables = {}; // addresses of the selected tables
const CHOICE = "shorewise-choice"; // which scenario was last chosen, never its figures

function say(text, wrong = false) {
  status.textContent = text;
  status.classList.toggle("wrong", wrong);
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

let focusAfter; // what shall have the focus once the buttons are on again

// Do something that may fail, with the buttons off and the outcome said.
async function attempt(doing, work) {
  const buttons = [...document.querySelectorAll("button")];
  const focused = document.activeElement;
  buttons.forEach((button) => (button.disabled = true));
  say(doing);
  try {
    say(await work());
  } catch (error) {
    say(error.message || "This failed.", true);
  } finally {
    buttons.forEach((button) => (button.disabled = false));
    if (focusAfter) {
      focusAfter.focus();
      focusAfter.select?.();
      focusAfter = undefined;
    } else if (document.activeElement === document.body) {
      focused.focus(); // a button that is off loses it, and the keyboard its place
    }
  }
}

async function ask(path, body, auth) {
  auth ??= await globalThis.getAuth();
  const headers = { Authorization: auth.token, "Auth-Provider": auth.provider };
  const options = { headers };
  if (body) {
    headers["Content-Type"] = "application/json";
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  }
  const response = await fetch(new URL(`shorewise/${path}`, document.baseURI), options);
  const text = await response.text();
  let answer = {};
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { detail: text };
  }
  if (!response.ok) {
    if (response.status === 413) {
      throw new Error("This is more than the server takes in one request: use a smaller workbook or fewer cells.");
    }
    const detail = typeof answer.detail === "string" ? answer.detail : response.statusText;
    throw Object.assign(new Error(detail), { status: response.status });
  }
  return answer;
}

// Sign in

const byToken = globalThis.config.authProviders.includes("custom");

function showSignIn() {
  const signedIn = Boolean(localStorage.getItem("shorewise-token"));
  at("sign-in").hidden = !byToken;
  at("sign-in-form").hidden = signedIn;
  at("sign-out").hidden = !signedIn;
}

// The server's name for whom a token belongs to; an error of status 401 if to nobody.
async function owner(token) {
  const { name } = await ask("user", {}, { token, provider: "custom" });
  return name;
}

async function signIn() {
  const token = at("token").value.trim();
  const name = await owner(token).catch((error) => {
    focusAfter = at("token");
    if (error.status !== 401) {
      throw error;
    }
    throw new Error("This access token is wrong: check that it was copied whole.");
  });
  localStorage.setItem("shorewise-token", token);
  at("token").value = "";
  showSignIn();
  focusAfter = at("sign-out");
  return `Signed in as ${name}. The token is kept on this computer. Recalculate the workbook to use it.`;
}

// A token that was kept may have been withdrawn since.
async function checkKeptToken() {
  const token = localStorage.getItem("shorewise-token");
  if (!byToken || !token) {
    return;
  }
  try {
    await owner(token);
  } catch (error) {
    if (error.status === 401) {
      localStorage.removeItem("shorewise-token");
      showSignIn();
      throw new Error("The access token is no longer accepted: sign in with a new one.");
    }
    throw error;
  }
}

at("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt("Signing in…", signIn);
});

at("sign-out").addEventListener("click", () => {
  localStorage.removeItem("shorewise-token");
  showSignIn();
  say("Signed out.");
  at("token").focus();
});

// Compare

const source = () => at("source").value;

function scenario() {
  return source() === "preset" ? pane.scenarios.find((one) => one.name === at("scenario").value) : own;
}

function showSource() {
  for (const name of ["preset", "workbook", "tables"]) {
    at(`from-${name}`).hidden = source() !== name;
  }
  at("check").hidden = source() !== "workbook";
  localStorage.setItem(CHOICE, JSON.stringify({ source: source(), scenario: at("scenario").value }));
  showSites();
}

function restoreChoice() {
  try {
    const before = JSON.parse(localStorage.getItem(CHOICE)) || {};
    for (const name of ["source", "scenario"]) {
      if ([...at(name).options].some((option) => option.value === before[name])) {
        at(name).value = before[name];
      }
    }
  } catch {
    localStorage.removeItem(CHOICE);
  }
}

function showSites() {
  const shown = scenario();
  at("about-scenario").textContent = shown
    ? `${shown.what.replace(/\.?$/, ".")} All amounts are in ${shown.currency}.`
    : "No scenario has been read yet.";
  const sites = (shown?.sites || []).map((site, number) => {
    const pairs = element("div", { class: "pairs" });
    for (const field of shown.fields) {
      const id = `site-${number}-${field.name}`;
      const input = element("input", { id, type: "number", step: "any" });
      const value = site.values[field.name];
      Object.assign(input, { title: field.allowed, placeholder: "by role" });
      input.defaultValue = typeof value === "number" ? value : "";
      input.dataset.site = site.name;
      input.dataset.field = field.name;
      const unit = field.name === "salary" ? `, ${shown.currency}` : "";
      pairs.append(element("div", {}, element("label", { for: id }, field.label + unit), input));
    }
    return element("fieldset", {}, element("legend", {}, site.name), pairs);
  });
  at("sites").replaceChildren(...sites);
}

// The bytes of the open workbook, as it is now, in base64.
async function workbookBytes() {
  const call = (work) =>
    new Promise((good, bad) =>
      work((result) => (result.status === "succeeded" ? good(result.value) : bad(result.error))),
    );
  const file = await call((done) =>
    Office.context.document.getFileAsync("compressed", { sliceSize: 65536 }, done),
  );
  let binary = "";
  try {
    for (let number = 0; number < file.sliceCount; number += 1) {
      const slice = await call((done) => file.getSliceAsync(number, done));
      for (let first = 0; first < slice.data.length; first += 4096) {
        binary += String.fromCharCode(...slice.data.slice(first, first + 4096));
      }
    }
  } finally {
    file.closeAsync();
  }
  return btoa(binary);
}

// The values that the selected tables have now, by what they are.
async function tableValues() {
  return await Excel.run(async (context) => {
    const ranges = Object.entries(tables).map(([name, address]) => {
      const end = address.lastIndexOf("!");
      const sheet = address.slice(0, end).replace(/^'|'$/g, "").replaceAll("''", "'");
      const range = context.workbook.worksheets.getItem(sheet).getRange(address.slice(end + 1));
      range.load(["values"]);
      return [name, range];
    });
    await context.sync();
    return Object.fromEntries(ranges.map(([name, range]) => [name, range.values]));
  });
}

async function wanted() {
  if (!scenario()) {
    throw new Error(`Read the scenario first: press ${source() === "tables" ? "Read the tables" : "Read this workbook"}.`);
  }
  const sites = {};
  for (const input of at("sites").querySelectorAll("input")) {
    if (input.validity.badInput || (input.value === "" && input.defaultValue !== "")) {
      focusAfter = input;
      const what = `${input.dataset.site}, ${input.labels[0].textContent}`;
      throw new Error(`${what}: is no number; it must be ${input.title}, such as ${input.defaultValue || 0}.`);
    }
    if (input.value !== input.defaultValue && input.value !== "") {
      sites[input.dataset.site] ??= {};
      sites[input.dataset.site][input.dataset.field] = Number(input.value);
    }
  }
  return { ...(await given()), sites };
}

async function given() {
  const asked = { source: source(), scenario: at("scenario").value };
  if (source() === "workbook") {
    asked.workbook = await workbookBytes();
  } else if (source() === "tables") {
    asked.tables = await tableValues();
    if (own && JSON.stringify(asked.tables) !== valuesRead) {
      throw new Error("The tables have changed since they were read: press Read the tables.");
    }
  }
  return asked;
}

async function readOwn() {
  own = undefined;
  showSites();
  const asked = await given();
  own = await ask("scenario", asked);
  valuesRead = JSON.stringify(asked.tables);
  showSites();
  return `Read ${own.name}, in ${own.currency}.`;
}

async function useSelection(name) {
  return await Excel.run(async (context) => {
    const range = context.workbook.getSelectedRange();
    range.load(["address"]);
    await context.sync();
    tables[name] = range.address;
    own = undefined;
    showSites();
    at("tables").replaceChildren(
      ...Object.entries(tables).map(([what, where]) => element("li", {}, `${what}: ${where}`)),
    );
    return `${range.address} is the table of ${name}. Read the tables when all are chosen.`;
  });
}

async function insert(what, path, more = {}) {
  const { rows, formats, said } = await ask(path, { ...(await wanted()), ...more });
  if (!rows.length) {
    return said;
  }
  return await Excel.run(async (context) => {
    const first = context.workbook.getSelectedRange().getCell(0, 0);
    const target = first.getResizedRange(rows.length - 1, rows[0].length - 1);
    target.load(["values", "address"]);
    await context.sync();
    if (target.values.flat().some((value) => value !== "")) {
      throw new Error(`${target.address} is not empty: select a cell with room below and beside it.`);
    }
    target.numberFormat = formats;
    target.values = rows;
    target.format.autofitColumns();
    await context.sync();
    return `${what} in ${target.address}.${said ? ` ${said}` : ""}`;
  });
}

async function openWorkbook() {
  const { base64 } = await ask("workbook", await wanted());
  await Excel.createWorkbook(base64);
  return "The workbook is open.";
}

const press = (id, doing, work) => at(id).addEventListener("click", () => attempt(doing, work));

at("scenario").addEventListener("change", showSource);
at("source").addEventListener("change", () => {
  own = undefined;
  showSource();
});
at("compare-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt("Comparing…", () => insert("The comparison stands", "comparison"));
});
press("workbook", "Making the workbook…", openWorkbook);
press("read-workbook", "Reading…", readOwn);
press("read-tables", "Reading…", readOwn);
press("simulate", "Simulating…", () => insert("The simulation stands", "simulation"));
press("check", "Checking…", () => insert("The cells that differ stand", "check"));
press("differences", "Comparing…", () =>
  insert("The differences stand", "differences", { against: at("against").value }),
);
for (const button of document.querySelectorAll("[data-table]")) {
  button.addEventListener("click", () => attempt("Choosing…", () => useSelection(button.dataset.table)));
}

// Insert a function

function chosen() {
  return pane.functions.find((one) => one.name === at("function").value);
}

function showFunctions() {
  const text = at("search").value.trim().toLowerCase();
  const before = at("function").value;
  const topics = new Map();
  for (const one of pane.functions) {
    if (`${one.name} ${one.topic} ${one.does}`.toLowerCase().includes(text)) {
      const option = element("option", { value: one.name }, one.name);
      topics.set(one.topic, [...(topics.get(one.topic) || []), option]);
    }
  }
  const groups = [...topics].map(([label, options]) => element("optgroup", { label }, ...options));
  at("function").replaceChildren(...groups);
  at("function").value = before;
  if (!chosen() && groups.length) {
    at("function").selectedIndex = 0;
  }
  showFunction();
}

function showFunction() {
  const one = chosen();
  at("does").textContent = one ? one.does : "No function has that in its name or help.";
  at("signature").textContent = one ? one.signature : "";
  const fields = (one ? one.parameters : []).map((parameter, number) => {
    const id = `parameter-${number}`;
    const input = element("input", { id, "aria-describedby": `${id}-help`, spellcheck: "false" });
    input.required = !parameter.optional;
    input.addEventListener("input", showFormula);
    return element(
      "div",
      {},
      element("label", { for: id }, parameter.name),
      input,
      element("p", { id: `${id}-help`, class: "hint" }, parameter.help),
    );
  });
  at("parameters").replaceChildren(...fields);
  showFormula();
}

function formula() {
  const texts = [...at("parameters").querySelectorAll("input")].map((input) => input.value.trim());
  while (texts.length && texts.at(-1) === "") {
    texts.pop();
  }
  return chosen() ? `=${pane.prefix}${chosen().name}(${texts.join(",")})` : "";
}

function showFormula() {
  at("formula").textContent = formula();
}

async function insertFunction() {
  if (!chosen()) {
    throw new Error("Choose a function first.");
  }
  return await Excel.run(async (context) => {
    const cell = context.workbook.getSelectedRange().getCell(0, 0);
    cell.load(["values", "address"]);
    await context.sync();
    if (cell.values[0][0] !== "") {
      throw new Error(`${cell.address} is not empty: select an empty cell.`);
    }
    cell.formulas = [[formula()]];
    await context.sync();
    return `${formula()} stands in ${cell.address}.`;
  });
}

at("search").addEventListener("input", showFunctions);
at("function").addEventListener("change", showFunction);
at("example").addEventListener("click", () => {
  const inputs = at("parameters").querySelectorAll("input");
  chosen()?.parameters.forEach((parameter, number) => (inputs[number].value = parameter.example));
  showFormula();
});
at("function-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt("Inserting…", insertFunction);
});

document.title = "Shorewise";
await Office.onReady();
showSignIn();
await attempt("Loading…", async () => {
  pane = await ask("pane.json");
  for (const id of ["scenario", "against"]) {
    const options = pane.scenarios.map(({ name, what }) => element("option", { value: name }, what));
    at(id).replaceChildren(...options);
  }
  restoreChoice();
  showSource();
  showFunctions();
  await checkKeptToken();
  return "";
});
