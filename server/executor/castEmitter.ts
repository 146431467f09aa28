export { castMayFail, emitCast } from './functions/cast.ts';
