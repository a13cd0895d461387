import { useFormat } from '#text/format';

// When is a time: its distance while it is near, and its date otherwise.
export function When({ at, isFar }: { at: string; isFar?: boolean }) {
  const { date, distance, moment } = useFormat();
  return (
    <time dateTime={at} title={moment(at)}>
      {isFar ? date(at) : distance(at)}
    </time>
  );
}
