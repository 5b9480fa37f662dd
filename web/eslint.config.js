import js from '@eslint/js';
import globals from 'globals';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

/** Imports point one way: client <- hooks <- features; the SDK knows no React. */
const never = (names, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ group: names, message }] }] });

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**'] },
  js.configs.recommended,
  ts.configs.strict,
  { languageOptions: { globals: globals.browser } },
  {
    files: ['client/**'],
    rules: never(['react', 'react-*', '@mantine/*', '@stoa/app*'], 'The SDK has no UI framework.'),
  },
  { files: ['app/src/**'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
  {
    files: ['app/src/ui/**'],
    rules: never(['**/features/*', '@stoa/client'], 'ui/ holds plain widgets: no features, no SDK.'),
  },
);
