// The task pane: scenarios and functions come from the server, results go into the sheet.
const at = (id) => document.getElementById(id);
const status = at("status");
let pane = { prefix: "", functions: [], scenarios: [] };

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
    if (document.activeElement === document.body) {
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
    at("token").select();
    if (error.status !== 401) {
      throw error;
    }
    throw new Error("This access token is wrong: check that it was copied whole.");
  });
  localStorage.setItem("shorewise-token", token);
  at("token").value = "";
  showSignIn();
  at("sign-out").focus();
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

function scenario() {
  return pane.scenarios.find((one) => one.name === at("scenario").value);
}

function showSites() {
  const sites = scenario().sites.map((site, number) => {
    const pairs = element("div", { class: "pairs" });
    for (const field of scenario().fields) {
      const id = `site-${number}-${field.name}`;
      const input = element("input", { id, type: "number", step: "any" });
      const value = site.values[field.name];
      Object.assign(input, { title: field.allowed, placeholder: "as embedded" });
      input.defaultValue = typeof value === "number" ? value : "";
      input.dataset.site = site.name;
      input.dataset.field = field.name;
      pairs.append(element("div", {}, element("label", { for: id }, field.label), input));
    }
    return element("fieldset", {}, element("legend", {}, site.name), pairs);
  });
  at("sites").replaceChildren(...sites);
}

function wanted() {
  const sites = {};
  for (const input of at("sites").querySelectorAll("input")) {
    if (input.value !== input.defaultValue && input.value !== "") {
      sites[input.dataset.site] ??= {};
      sites[input.dataset.site][input.dataset.field] = Number(input.value);
    }
  }
  return { scenario: at("scenario").value, sites };
}

async function insertComparison() {
  const { rows, formats } = await ask("comparison", wanted());
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
    return `The comparison stands in ${target.address}.`;
  });
}

async function openWorkbook() {
  const { base64 } = await ask("workbook", wanted());
  await Excel.createWorkbook(base64);
  return "The workbook is open.";
}

at("scenario").addEventListener("change", showSites);
at("compare-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt("Comparing…", insertComparison);
});
at("workbook").addEventListener("click", () => attempt("Making the workbook…", openWorkbook));

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
  const options = pane.scenarios.map(({ name, what }) => element("option", { value: name }, what));
  at("scenario").replaceChildren(...options);
  showSites();
  showFunctions();
  await checkKeptToken();
  return "";
});
