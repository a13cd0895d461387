// What a story needs that the example does not have: a dialogue among its parties alone, which no other test comes upon, and what is in it.
import { as } from './browser.js';

const hour = 3_600_000;
const at = (distance) => new Date(Date.now() + distance).toISOString();

// invitation convenes a dialogue of the example's parties that allows everything, and opens it.
export async function invitation(title) {
  const facilitator = await as('facilitator@demo');
  const { stakeholders } = await facilitator('{ stakeholders(first: 100) { nodes { id } } }');
  const { conveneDialogue } = await facilitator(
    'mutation($input: ConveneDialogueInput!) { conveneDialogue(input: $input) { dialogue { id } userErrors { code field message } } }',
    {
      input: {
        title,
        visibility: 'INVITED',
        languages: ['en'],
        invite: stakeholders.nodes.map(({ id }) => id),
        phases: [
          {
            kind: 'DECISION',
            opensAt: at(-hour),
            closesAt: at(20 * 24 * hour),
            mayComment: true,
            mayVote: true,
            mayPropose: true,
            mayAmend: true,
            mayBallot: true,
          },
        ],
      },
    },
  );
  const { id } = conveneDialogue.dialogue;
  await facilitator('mutation($id: ID!) { openDialogue(input: {id: $id}) { userErrors { code message } } }', { id });
  return id;
}

// proposed gives an open proposal of the association's in a dialogue.
export async function proposed(dialogue, title) {
  const ngo = await as('ngo@demo');
  const facilitator = await as('facilitator@demo');
  const { draftProposal } = await ngo(
    'mutation($input: DraftProposalInput!) { draftProposal(input: $input) { proposal { id } userErrors { code field message } } }',
    { input: { dialogue, kind: 'GUIDELINE', title, body: 'A price that depends on the hour says so, in words, beside the price.' } },
  );
  const { id } = draftProposal.proposal;
  const act = (ask, name) => ask(`mutation($id: ID!) { ${name}(input: {id: $id}) { userErrors { code message } } }`, { id });
  await act(ngo, 'submitProposal');
  await act(facilitator, 'takeUpProposal');
  await act(facilitator, 'openProposal');
  return id;
}

const chamber = (key, kind) => ({ key, share: '1/5', who: { kinds: [kind] } });

// A rule as that of the five chambers, under which a party may put its paper into another's hands.
const proxies = {
  v: 1,
  key: 'authority.with-proxies',
  title: 'Five chambers, with proxies',
  electorate: {
    tree: [
      chamber('FIRM', 'FIRM'),
      chamber('CUSTOMER', 'CUSTOMER'),
      chamber('REGULATOR', 'REGULATOR'),
      chamber('NGO', 'NGO'),
      chamber('ACADEMIC', 'ACADEMIC_INSTITUTION'),
    ],
  },
  ballot: { choices: ['FOR', 'AGAINST', 'ABSTAIN'], abstain: 'ABSTAIN', maxProxies: 2, minDays: 1 },
  tests: [{ id: 'majority', scope: 'TOTAL', choice: 'FOR', of: 'WEIGHT', base: 'COUNTED', op: '>', ratio: '1/2' }],
};

// proxyRule gives the id of that rule, and defines it once.
export async function proxyRule() {
  const facilitator = await as('facilitator@demo');
  const { decisionRules } = await facilitator('query($key: [String!]) { decisionRules(first: 1, filter: {key: $key}) { nodes { id } } }', {
    key: [proxies.key],
  });
  if (decisionRules.nodes[0]) return decisionRules.nodes[0].id;
  const { defineRule } = await facilitator(
    'mutation($input: DefineRuleInput!) { defineRule(input: $input) { decisionRule { id } userErrors { code field message } } }',
    { input: { document: JSON.stringify(proxies), expectedVersion: 0 } },
  );
  return defineRule.decisionRule.id;
}

// balloted opens a ballot on a proposal, and gives its id.
export async function balloted(proposal, rule) {
  const facilitator = await as('facilitator@demo');
  const { proposal: read } = await facilitator('query($id: ID!) { proposal(id: $id) { contentHash } }', { id: proposal });
  const { openBallot } = await facilitator(
    'mutation($input: OpenBallotInput!) { openBallot(input: $input) { ballot { id } userErrors { code field message } } }',
    { input: { proposal, rule, contentHash: read.contentHash, closesAt: at(10 * 24 * hour) } },
  );
  return openBallot.ballot.id;
}

// focusOn waits until the focus is on the control of that text, where it has to be after an act.
export const focusOn = (page, text) => page.waitForFunction((wanted) => document.activeElement?.textContent?.trim() === wanted, text);
