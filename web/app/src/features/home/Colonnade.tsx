import classes from './Colonnade.module.css';

interface Bay {
  readonly x: number;
  readonly wall: string;
  readonly coat: string;
  readonly skin: string;
  readonly hair: string;
  readonly speaking?: boolean;
}

const BAYS: readonly Bay[] = [
  { x: 52, wall: '#bcd9e2', coat: '#17607a', skin: '#e3b08f', hair: '#3b2a22' },
  { x: 212, wall: '#f3cdb8', coat: '#a34a2a', skin: '#8d5a3b', hair: '#221a17', speaking: true },
  { x: 372, wall: '#d9ddc0', coat: '#55702f', skin: '#f0cbb0', hair: '#8a5a12' },
];

/** People under the arches of a stoa: a call drawn as the place that gave the program its name. */
export function Colonnade() {
  return (
    <svg className={classes.art} viewBox="0 0 560 470" aria-hidden="true" focusable="false">
      <path className={classes.stone} d="M20 86 L280 18 L540 86 Z" />
      <path className={classes.relief} d="M92 80 L280 32 L468 80 Z" />
      <circle className={classes.sun} cx="280" cy="62" r="11" />
      <rect className={classes.stone} x="20" y="90" width="520" height="26" rx="3" />
      {BAYS.map((bay) => (
        <g key={bay.x}>
          <clipPath id={`bay-${bay.x}`}>
            <path d={`M${bay.x} 420 V212 a68 68 0 0 1 136 0 V420 Z`} />
          </clipPath>
          <g clipPath={`url(#bay-${bay.x})`}>
            <rect x={bay.x} y="140" width="136" height="280" fill={bay.wall} className={classes.wall} />
            <ellipse cx={bay.x + 68} cy="424" rx="60" ry="92" fill={bay.coat} />
            <rect x={bay.x + 55} y="302" width="26" height="40" rx="13" fill={bay.skin} />
            <circle cx={bay.x + 68} cy="270" r="41" fill={bay.hair} />
            <ellipse cx={bay.x + 68} cy="280" rx="33" ry="38" fill={bay.skin} />
            <path d={`M${bay.x + 34} 272 q34 -38 68 0 q-4 -44 -34 -44 t-34 44`} fill={bay.hair} />
          </g>
          <path
            className={bay.speaking ? classes.speaking : classes.arch}
            d={`M${bay.x} 420 V212 a68 68 0 0 1 136 0 V420`}
          />
        </g>
      ))}
      {[28, 200, 360, 520].map((x) => (
        <g key={x} className={classes.stone}>
          <rect x={x - 16} y="116" width="32" height="12" rx="3" />
          <rect x={x - 9} y="127" width="18" height="284" />
          <rect x={x - 16} y="410" width="32" height="12" rx="3" />
        </g>
      ))}
      <rect className={classes.stone} x="8" y="424" width="544" height="16" rx="3" />
      <rect className={classes.step} x="0" y="442" width="560" height="16" rx="3" />
    </svg>
  );
}
