// Values of a workbook's cells as HyperFormula computes them: JSON of sheets and names in, values out.
const { readFileSync } = require("fs");
const { HyperFormula } = require(process.argv[2]);

const { sheets, names } = JSON.parse(readFileSync(0, "utf8"));
const engine = HyperFormula.buildFromSheets(
  sheets,
  // As Excel does it: operators work on arrays, and truth values are written TRUE and FALSE.
  { licenseKey: "gpl-v3", useArrayArithmetic: true, smartRounding: false },
  [...names, { name: "TRUE", expression: "=TRUE()" }, { name: "FALSE", expression: "=FALSE()" }],
);
const plain = (value) => (value !== null && typeof value === "object" ? value.value : value);
const values = Object.fromEntries(
  Object.keys(sheets).map((name) => [
    name,
    engine.getSheetValues(engine.getSheetId(name)).map((row) => row.map(plain)),
  ]),
);
process.stdout.write(JSON.stringify(values));
