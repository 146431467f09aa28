// npm run fuzz -- [postgres] …: over the engine's own expressions and queries, or over what is pushed down to PostgreSQL
await (process.argv[2] === 'postgres' ? import('./postgres/main.ts') : import('./engineMain.ts'));
export {};
