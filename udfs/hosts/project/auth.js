// How a call of a function says who asks: xlwings Server's own hook.
globalThis.getAuth = async function () {
  if (globalThis.config.authProviders.includes("entraid")) {
    return { token: await globalThis.xlwings.getAccessToken(), provider: "entraid" };
  }
  return { token: localStorage.getItem("shorewise-token") || "", provider: "custom" };
};
