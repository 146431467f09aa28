/** Days since 1970-01-01. */
export const ORDER_DATE_MIN = 8035; // 1992-01-01
export const ORDER_DAYS = 2406;
/** The day that TPC-H takes for today: 1995-06-17. */
export const TODAY = 9298;

export const LINES_PER_ORDER_MAX = 7;
export const SUPPLIERS_PER_PART = 4;
const PARTS = 200_000;
const SUPPLIERS = 10_000;
const CUSTOMERS = 150_000;
const ORDERS = 1_500_000;
const CLERKS = 1000;

export const partCount = (scaleFactor: number): number => Math.trunc(PARTS * scaleFactor);
export const supplierCount = (scaleFactor: number): number => Math.trunc(SUPPLIERS * scaleFactor);
export const customerCount = (scaleFactor: number): number => Math.trunc(CUSTOMERS * scaleFactor);
export const orderCount = (scaleFactor: number): number => Math.trunc(ORDERS * scaleFactor);
export const clerkCount = (scaleFactor: number): number => Math.max(Math.trunc(scaleFactor * CLERKS), CLERKS);

/** Eight keys of each 32 are used. */
export const orderKey = (order: number): number => Math.floor(order / 8) * 32 + (order % 8);

/** In cents. */
export const partPrice = (part: number): number => 90_000 + (Math.floor(part / 10) % 20_001) + (part % 1000) * 100;

export function supplierOfPart(part: number, nth: number, suppliers: number): number {
  return ((part + nth * (Math.floor(suppliers / SUPPLIERS_PER_PART) + Math.floor((part - 1) / suppliers))) % suppliers) + 1;
}
