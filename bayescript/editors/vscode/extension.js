// Starts `bayescript lsp` and passes on what VS Code asks of it.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function selector() {
  const specs = [{ language: "bayes" }];
  for (const ending of ["yaml", "yml"]) {
    specs.push({ scheme: "file", pattern: `**/*.bayes.${ending}` });
  }
  return specs;
}

async function start() {
  const [command, ...args] = vscode.workspace
    .getConfiguration("bayescript")
    .get("command", ["bayescript", "lsp"]);
  client = new LanguageClient(
    "bayescript",
    "Bayescript",
    { command, args },
    { documentSelector: selector() },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `Bayescript: \`${[command, ...args].join(" ")}\` does not start (${error.message}). ` +
        'Install it with `pip install "bayescript[lsp]"`, or say where it is in the setting ' +
        "bayescript.command.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("bayescript.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("bayescript.command") ? restart() : undefined,
    ),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
