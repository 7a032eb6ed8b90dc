import next from "@next/eslint-plugin-next";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Rules that know the types, of hooks, of what a screen reader can tell, and of Next. */
export default defineConfig(
  globalIgnores(["out/", ".next/", "generated/", "next-env.d.ts", "test-results/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: ["{app,components,lib}/**/*.{ts,tsx}"],
    rules: {
      // What scrolls must be within the keyboard's reach, whether it can be clicked or not.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { roles: ["tabpanel", "region", "log"], tags: ["ul", "pre"] }],
      // The export is served as it is, and ads are drawn by the API: there is nothing for Next to optimise.
      "@next/next/no-img-element": "off",
    },
    extends: [reactHooks.configs.flat["recommended-latest"], jsxA11y.flatConfigs.recommended, next.configs["core-web-vitals"]],
  },
);
