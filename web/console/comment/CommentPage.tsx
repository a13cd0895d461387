import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { usePage } from '#app/page';
import { ChamberTally } from '#parts/ChamberTally';
import { Back, Page } from '#parts/Layout';
import { Answer, Missing } from '#parts/States';

import { CommentCard } from './CommentCard';
import { CommentQuery } from './documents';

// The page of one comment: what it is about, and its whole thread.
export default function CommentPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: CommentQuery, variables: { id } });
  const comment = result.data?.comment;
  usePage(comment ? t('comment.title', { name: comment.author.name }) : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!comment) return <Missing />;
        const { subject } = comment;
        const replies = comment.thread?.edges ?? [];
        return (
          <Page
            head={
              <>
                {subject?.__typename === 'Dialogue' && <Back to={`/dialogues/${subject.id}#${comment.id}`}>{subject.title}</Back>}
                {subject?.__typename === 'Proposal' && <Back to={`/proposals/${subject.id}#${comment.id}`}>{subject.title}</Back>}
                {subject?.__typename === 'Practice' && <Back to={`/practices/${subject.id}#${comment.id}`}>{subject.title}</Back>}
                {subject?.__typename === 'ImpactAssessment' && <Back to={`/assessments/${subject.id}`}>{subject.title}</Back>}
                <h1 tabIndex={-1}>{t('comment.title', { name: comment.author.name })}</h1>
              </>
            }
          >
            <CommentCard comment={comment} replies={replies} onPosted={() => again({ requestPolicy: 'network-only' })} />
            <ChamberTally rows={comment.tally.byChamber} />
          </Page>
        );
      }}
    </Answer>
  );
}
