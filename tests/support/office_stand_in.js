// A stand-in for the few calls of Office.js that the task pane and xlwings make: a sheet in memory.
// It is served in tests only, where Excel is out of reach.
const sheet = new Map();
const functions = {};
globalThis.standIn = { sheet, functions, selected: [0, 0], opened: [], file: "" };

function column(number) {
  let name = "";
  for (let rest = number + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}

class Range {
  constructor(row, col, rows = 1, cols = 1) {
    Object.assign(this, { row, col, rows, cols, loaded: {}, pending: [] });
    this.format = { autofitColumns() {} };
    standIn.ranges.push(this);
  }
  getCell(down, right) {
    return new Range(this.row + down, this.col + right);
  }
  getResizedRange(down, right) {
    return new Range(this.row, this.col, this.rows + down, this.cols + right);
  }
  load(names) {
    this.pending.push(...[names].flat());
  }
  area(read) {
    return Array.from({ length: this.rows }, (_, down) =>
      Array.from({ length: this.cols }, (_, right) => read(`${this.row + down},${this.col + right}`)),
    );
  }
  settle() {
    const first = `${column(this.col)}${this.row + 1}`;
    const last = `${column(this.col + this.cols - 1)}${this.row + this.rows}`;
    const known = {
      values: this.area((place) => sheet.get(place) ?? ""),
      address: `Sheet1!${first === last ? first : `${first}:${last}`}`,
    };
    for (const name of this.pending.splice(0)) {
      this.loaded[name] = known[name];
    }
  }
  read(name) {
    if (!(name in this.loaded)) {
      throw new Error(`PropertyNotLoaded: ${name}`);
    }
    return this.loaded[name];
  }
  write(rows) {
    if (rows.length !== this.rows || rows.some((row) => row.length !== this.cols)) {
      throw new Error("InvalidArgument: another size than the range");
    }
    rows.forEach((row, down) =>
      row.forEach((value, right) => sheet.set(`${this.row + down},${this.col + right}`, value)),
    );
  }
  get values() { return this.read("values"); }
  set values(rows) { this.write(rows); }
  set formulas(rows) { this.write(rows); }
  set numberFormat(rows) {
    if (rows.length !== this.rows || rows.some((row) => row.length !== this.cols)) {
      throw new Error("InvalidArgument: another size than the range");
    }
  }
  get address() { return this.read("address"); }
}
standIn.ranges = [];

// The range of an address such as A1:C4.
function ranged(address) {
  const [first, last = first] = address.split(":").map((cell) => {
    const [, letters, row] = /^([A-Z]+)(\d+)$/.exec(cell);
    return [row - 1, [...letters].reduce((sum, one) => 26 * sum + one.charCodeAt(0) - 64, 0) - 1];
  });
  return new Range(...first, last[0] - first[0] + 1, last[1] - first[1] + 1);
}

// The open workbook's file, in slices, as Office hands it over.
function getFileAsync(type, { sliceSize }, done) {
  const bytes = [...atob(standIn.file)].map((one) => one.charCodeAt(0));
  const value = {
    sliceCount: Math.ceil(bytes.length / sliceSize),
    getSliceAsync: (number, given) =>
      given({
        status: "succeeded",
        value: { data: bytes.slice(number * sliceSize, (number + 1) * sliceSize) },
      }),
    closeAsync() {},
  };
  done(type === "compressed" ? { status: "succeeded", value } : { status: "failed", error: new Error(type) });
}

class Loaded {
  constructor(values) { Object.assign(this, values); }
  load() {}
}

class RequestContext {
  constructor() {
    this.workbook = new Loaded({
      name: "Book1.xlsx",
      getSelectedRange: () => new Range(...standIn.selected),
      worksheets: { getItem: () => ({ getRange: ranged }) },
    });
    const datetimeFormat = new Loaded({ shortDatePattern: "m/d/yyyy" });
    const cultureInfo = new Loaded({ name: "en-US", datetimeFormat });
    this.application = new Loaded({ cultureInfo });
  }
  async sync() {
    standIn.ranges.splice(0).forEach((range) => {
      range.settle();
      standIn.ranges.push(range);
    });
  }
}

globalThis.Excel = {
  RequestContext,
  run: async (work) => await work(new RequestContext()),
  createWorkbook: async (base64) => standIn.opened.push(base64),
};
globalThis.CustomFunctions = {
  associate: (name, work) => (functions[name] = work),
  ErrorCode: { invalidValue: "#VALUE!" },
  Error: class extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
    }
  },
};
globalThis.Office = {
  onReady: async (work) => {
    const info = { host: "Excel", platform: "OfficeOnline" };
    work?.(info);
    return info;
  },
  actions: { associate() {} },
  addin: { setStartupBehavior: async () => {} },
  StartupBehavior: { load: "load" },
  HostType: { Excel: "Excel" },
  context: {
    document: { getFileAsync },
    requirements: { isSetSupported: () => true },
    diagnostics: { host: "Excel", version: "16", platform: "OfficeOnline" },
    ui: {},
  },
};
