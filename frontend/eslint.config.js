import { existsSync, readdirSync } from "node:fs";
import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";

const root = import.meta.dirname;
const features = existsSync(`${root}/src/features`) ? readdirSync(`${root}/src/features`) : [];

// A feature never imports another; what is shared is dumb and knows neither features nor the app; api knows lib alone, and lib nothing.
const zones = [
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: "./src/features",
    except: [`./${name}`],
    message: "A feature never imports another one.",
  })),
  { target: "./src/features", from: "./src/app", message: "A feature never imports the app around it." },
  ...Object.entries({ components: [], api: ["components"], lib: ["components", "api"] }).map(([name, above]) => ({
    target: `./src/${name}`,
    from: ["features", "app", ...above].map((other) => `./src/${other}`),
    message: "Dependencies point one way: app, features, components, api, lib.",
  })),
];

const door = "Only src/api imports the bindings.";
const sentence = "No sentence in .tsx: put it in locales and use t().";
const attributes = "^(aria-label|alt|description|label|placeholder|title)$";

export default defineConfig([
  globalIgnores(["dist", "src/wailsjs", "packaging"]),
  {
    files: ["**/*.{ts,tsx}"],
    extends: [
      js.configs.recommended,
      ts.configs.strict,
      hooks.configs.flat["recommended-latest"],
      a11y.flatConfigs.recommended,
      importX.flatConfigs.typescript,
    ],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".tsx", ".d.ts", ".js", ".json"] })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: root, zones }],
      "import-x/no-cycle": "error",
      "import-x/no-default-export": "error",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/api/*.ts", "src/lib/types.ts", "src/wailsjs/**"],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group: ["**/wailsjs", "**/wailsjs/**"], message: door }] }] },
  },
  {
    files: ["src/**/*.tsx"],
    ignores: ["**/*.test.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "JSXText[value=/[A-Za-zÀ-ÿ]/]", message: sentence },
        { selector: "JSXElement > JSXExpressionContainer > Literal[value=/[A-Za-zÀ-ÿ]/]", message: sentence },
        { selector: `JSXAttribute[name.name=/${attributes}/] > Literal[value=/[A-Za-zÀ-ÿ]/]`, message: sentence },
      ],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/wailsjs/**", "src/**/*.test.{ts,tsx}"],
    rules: { "max-lines": ["error", 200], "max-lines-per-function": ["error", 80] },
  },
  { files: ["*.config.ts"], rules: { "import-x/no-default-export": "off" } },
  {
    files: ["**/*.{js,mjs}"],
    extends: [js.configs.recommended],
    languageOptions: {
      globals: { ...globals.node, ...globals.browser },
    },
  },
]);
