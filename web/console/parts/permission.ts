// What viewerCan means for what is shown: an act that one may never do is not shown; one that is closed now is, with its reason.
import type { Permission } from '#app/fragments';

type Code = NonNullable<Permission['code']>;

const forOthers = new Set<Code>([
  'ROLE',
  'SCOPE',
  'OWNER',
  'WRONG_CHAMBER',
  'CONVENOR',
  'SELF',
  'NOT_APPLICABLE',
  'OWN_PARTY',
  'SAME_PERSON',
  'NOT_APPOINTED',
  'NOTHING_TO_DO',
  'NOT_SEATED',
  'NOT_VOTED',
  'NOT_FOUND',
]);

export const isForOthers = (code: Code | null) => code === null || forOthers.has(code);

const barring = new Set<Code>(['SIGN_IN', 'PARTY', 'PARTY_PENDING', 'PARTY_INACTIVE']);

// standsFor gives the one reason for which the viewer can do nothing here, if there is one.
export function standsFor(permissions: readonly (Permission | undefined)[]) {
  const found = permissions.find((can) => can?.code && barring.has(can.code));
  return found?.code && !permissions.some((can) => can?.allowed) ? { code: found.code, values: found.values } : undefined;
}

export const can = (permissions: readonly Permission[] | undefined, action: Permission['action']) =>
  permissions?.find((one) => one.action === action);
