export { ipAddressText } from '../function/ipAddressText.ts';
