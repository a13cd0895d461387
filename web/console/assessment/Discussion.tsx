import { useState } from 'react';
import { useQuery } from 'urql';

import { MoreThread, Thread, type Order } from '#comment/Thread';
import { can } from '#parts/permission';
import { Answer, Bones } from '#parts/States';

import { DiscussionQuery } from './documents';

interface Props {
  id: string;
  fresh: number;
  onRead: () => void; // what came meanwhile is shown now
}

// Discussion is what is said about an assessment as a whole; opinions on single answers stand beside them.
export function Discussion({ id, fresh, onRead }: Props) {
  const [order, setOrder] = useState<Order>('AGREEMENT');
  const [result, ask] = useQuery({ query: DiscussionQuery, variables: { id, order, after: null }, requestPolicy: 'cache-and-network' });
  const again = () => {
    onRead();
    ask({ requestPolicy: 'network-only' });
  };
  return (
    <Answer result={result} again={again} bones={<Bones lines={4} />}>
      {({ impactAssessment: assessment }) =>
        assessment && (
          <Thread
            subject={id}
            page={assessment.thread}
            order={order}
            onOrder={setOrder}
            fresh={fresh}
            refresh={again}
            permission={can(assessment.viewerCan, 'COMMENT_POST')}
            further={
              <MoreThread
                first={assessment.thread?.pageInfo}
                query={DiscussionQuery}
                variables={{ id, order }}
                read={(data) => data.impactAssessment?.thread}
              />
            }
          />
        )
      }
    </Answer>
  );
}
