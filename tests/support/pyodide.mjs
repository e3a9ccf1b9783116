// Runs the Python in standard input under Pyodide, the Python of xlwings Lite, with the repository
// at /repository; what it prints is printed. Arguments: Pyodide's folder, the repository.
import { readFileSync } from "node:fs";

const [folder, repository] = process.argv.slice(2);
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/repository", repository);
pyodide.runPython(readFileSync(0, "utf8"));
