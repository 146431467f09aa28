export { doubleText, realText } from '../function/javaNumberText.ts';
