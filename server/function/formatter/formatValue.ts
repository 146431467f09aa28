/** What java.util.Formatter is given: the class of a value, with what its text and hash are made of. */
export type FormatValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'Boolean'; readonly value: boolean }
  | { readonly kind: 'Long'; readonly value: bigint }
  | { readonly kind: 'Double' | 'Float'; readonly value: number }
  | { readonly kind: 'BigDecimal'; readonly unscaled: bigint; readonly scale: number }
  | { readonly kind: 'String'; readonly value: string }
  | FormatMoment;

export interface FormatMoment {
  readonly kind: 'LocalDate' | 'LocalTime' | 'LocalDateTime' | 'ZonedDateTime';
  /** Absent of a time alone. */
  readonly epochDay?: number;
  /** Absent of a date alone. */
  readonly nanosOfDay?: bigint;
  readonly zone?: { readonly name: string; readonly offsetSeconds: number };
}

const PACKAGES: Readonly<Record<FormatValue['kind'], string>> = {
  null: '',
  Boolean: 'java.lang.',
  Long: 'java.lang.',
  Double: 'java.lang.',
  Float: 'java.lang.',
  String: 'java.lang.',
  BigDecimal: 'java.math.',
  LocalDate: 'java.time.',
  LocalTime: 'java.time.',
  LocalDateTime: 'java.time.',
  ZonedDateTime: 'java.time.',
};

export const className = (value: FormatValue): string => `${PACKAGES[value.kind]}${value.kind}`;
