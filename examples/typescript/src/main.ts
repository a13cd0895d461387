// Lists proposals, votes on a comment and follows the acts. When it is started again, it continues where it stopped.
// npm run build && npm start -- URL TOKEN CURSOR_FILE [COUNT]
import { readFile, rename, writeFile } from 'node:fs/promises';
import { readFragment, type FragmentOf, type ResultOf } from 'gql.tada';
import { graphql } from './graphql.js';
import { Plenary } from './plenary.js';

const Line = graphql(`
  fragment Line on Proposal {
    id
    title
    state
    author {
      name
    }
  }
`);

const Proposals = graphql(
  `
    query Proposals($after: String) {
      proposals(first: 50, after: $after, filter: { state: [OPEN, WITHDRAWN] }) {
        nodes {
          ...Line
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [Line],
);

const Head = graphql(`
  query Head {
    head
    dialogues(filter: { state: [OPEN], text: "price" }) {
      nodes {
        comments(first: 1) {
          nodes {
            id
            body
          }
        }
      }
    }
  }
`);

const Vote = graphql(`
  mutation Vote($input: VoteOnCommentInput!) {
    voteOnComment(input: $input) {
      comment {
        tally {
          agree
          total
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const Happens = graphql(`
  subscription Happens($after: String) {
    acts(after: $after) {
      cursor
      act {
        id
        type
        at
      }
    }
  }
`);

type Act = ResultOf<typeof Happens>['acts']['act'];

function show(p: FragmentOf<typeof Line>): string {
  const { title, state, author } = readFragment(Line, p);
  return `proposal ${state} "${title}" by ${author.name}`;
}

async function listProposals(plenary: Plenary): Promise<void> {
  for (let after: string | null = null; ; ) {
    const { proposals }: ResultOf<typeof Proposals> = await plenary.ask(Proposals, { after });
    if (!proposals) return; // only with an error, which ask throws
    for (const p of proposals.nodes) console.log(show(p));
    if (!proposals.pageInfo.hasNextPage) return;
    after = proposals.pageInfo.endCursor;
  }
}

/** Votes on a comment. The vote is sent twice and counts once. */
async function vote(plenary: Plenary, id: string): Promise<void> {
  const key = `vote-${id}-${process.pid}`;
  for (let times = 0; times < 2; times++) {
    const { voteOnComment } = await plenary.ask(Vote, { input: { id, choice: 'AGREE' } }, key);
    for (const e of voteOnComment.userErrors) console.log(`not voted: ${e.code} ${e.message}`);
    if (voteOnComment.comment) console.log(`voted, ${voteOnComment.comment.tally.agree} agree`);
  }
}

/** Saves a cursor so that a crash leaves either the old one or the new one. */
async function keep(file: string, cursor: string): Promise<void> {
  await writeFile(`${file}.new`, cursor);
  await rename(`${file}.new`, file);
}

async function main(url: string, token: string, file: string, count: number): Promise<void> {
  const plenary = new Plenary(url, token);
  const { head, dialogues } = await plenary.ask(Head, {});
  if (!head) throw new Error('the log did not answer');
  let cursor = await readFile(file, 'utf8').catch(() => head); // the first time: from before anything was read
  await listProposals(plenary);
  const comment = dialogues?.nodes[0]?.comments?.nodes[0];
  if (comment) await vote(plenary, comment.id);

  const handle = (act: Act) => console.log(`act ${act.id} ${act.type}`);
  let left = count;
  const variables = {
    get after() {
      return cursor;
    },
  };
  for await (const { acts: event } of plenary.follow(Happens, variables)) {
    handle(event.act); // before the cursor is saved: after a crash an act may be handled twice but is never lost
    cursor = event.cursor;
    await keep(file, cursor);
    if (--left === 0) return;
  }
}

const [url, token, file, count] = process.argv.slice(2);
if (!url || token === undefined || !file) {
  console.error('usage: npm start -- URL TOKEN CURSOR_FILE [COUNT]');
  process.exit(2);
}
await main(url, token, file, Number(count ?? Infinity));
