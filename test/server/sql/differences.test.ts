import { expect, test } from 'vitest';
import { parseStatement } from '../../../server/sql/parser/parser.ts';

// What docs/differences.md says of the text of statements. Each of these Trino 476 answers otherwise.

test('a lambda without parentheses takes all that could belong to it', () => {
  // Trino leaves the AND to BETWEEN and the IN to POSITION, and then refuses a lambda outside of a call
  expect(() => parseStatement('SELECT a BETWEEN x -> b AND c')).toThrow("mismatched input '<EOF>'");
  expect(() => parseStatement('SELECT position(x -> a IN b)')).toThrow("mismatched input 'b'");
});

test('what was expected is left out where working it out would take too long', () => {
  const sql = `SELECT ${'(x, y) -> '.repeat(300)}) )`;
  expect(() => parseStatement(sql)).toThrow(/^line 1:3008: mismatched input '\)'$/);
});

test('1,500 levels of nesting are the limit, or fewer where the stack is full before', () => {
  expect(() => parseStatement(`SELECT ${'('.repeat(1_501)}1${')'.repeat(1_501)}`)).toThrow('line 1:1: statement is too large (stack overflow while parsing)');
});

test('EXECUTE IMMEDIATE is read together with its text', () => {
  expect(() => parseStatement("EXECUTE IMMEDIATE 'SELECT FROM'")).toThrow(
    "line 1:27: mismatched input 'FROM'. Expecting: '*', 'ALL', 'DISTINCT', <expression>",
  );
  expect(() => parseStatement("PREPARE p FROM EXECUTE IMMEDIATE 'SELECT FROM'")).not.toThrow();
});
