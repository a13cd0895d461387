import type { Chamber } from '#app/fragments';

import './ChamberMark.css';

// A chamber is a shape before it is a colour.
const shapes: Record<Chamber, string> = {
  FIRM: 'M8 1 15 6.500V15H1V6.500Z',
  CUSTOMER:
    'M8 7.600A3.400 3.400 0 1 0 8 .800a3.400 3.400 0 0 0 0 6.800ZM1.500 15.200c0-4 2.600-6.400 6.500-6.400s6.500 2.400 6.500 6.400Z',
  REGULATOR: 'M8 .800 14.200 3v4.600c0 3.600-2.500 6.400-6.200 7.700-3.700-1.300-6.200-4.100-6.200-7.700V3Z',
  NGO: 'M8 14.600 2 8.700C.400 7.100.400 4.500 2 2.900s4.200-1.600 5.800 0l.200.200.200-.200c1.600-1.600 4.200-1.600 5.800 0s1.600 4.200 0 5.800Z',
  ACADEMIC_INSTITUTION:
    'M8 2.200 16 6 8 9.800 0 6ZM3.200 8.800 8 11.100l4.800-2.300v3.400c-1 1.200-2.700 1.900-4.800 1.900s-3.800-.700-4.800-1.900Z',
};

export const chamberClass: Record<Chamber, string> = {
  FIRM: 'is-firm',
  CUSTOMER: 'is-customer',
  REGULATOR: 'is-regulator',
  NGO: 'is-association',
  ACADEMIC_INSTITUTION: 'is-research',
};

export function ChamberMark({ kind }: { kind: Chamber }) {
  return (
    <svg className={`chamber-mark ${chamberClass[kind]}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[kind]} />
    </svg>
  );
}
